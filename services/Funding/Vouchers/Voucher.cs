using PilotCity.Defaults;
using PilotCity.Defaults.Log;

namespace PilotCity.Funding.Vouchers;

/// <summary>A voucher's way: open, claimed with an invoice, redeemed, settled to the provider; or divided into parts, expired, revoked.</summary>
internal enum VoucherStatus { Open, Claimed, Redeemed, Settled, Divided, Expired, Revoked }

/// <summary>A provider's invoice that a voucher is to pay a part of, and how much.</summary>
internal sealed record VoucherInvoice(string Provider, string Number, Money Amount, DateOnly IssuedOn, Money Pays, string Fingerprint);

/// <summary>
/// A voucher of an enterprise, or a part of one: its face value is reserved on the fund until it is paid or free again. The reservation is the
/// root's; parts draw on it. Stream <c>voucher/&lt;id&gt;</c>.
/// </summary>
internal sealed record Voucher(string Id, string Programme, string Fund, string Enterprise, Money Face, DateOnly IssuedOn, DateOnly ValidUntil, string Root, VoucherStatus Status)
{
    private static readonly Voucher Initial = new("", "", "", "", Money.Zero, default, default, "", VoucherStatus.Open);

    public static readonly Noun<Voucher> Noun = new(
        "voucher", Initial, Apply, typeof(VoucherIssued), typeof(VoucherSplit), typeof(VoucherClaimed), typeof(VoucherClaimRejected), typeof(VoucherRedeemed),
        typeof(VoucherSettlementPrepared), typeof(VoucherSettled), typeof(VoucherExpired), typeof(VoucherRevoked), typeof(VoucherStepRefused));

    public string IssuedBy { get; init; } = "";

    public string? ClaimedBy { get; init; }

    public string? ConfirmedBy { get; init; }

    public string? PreparedBy { get; init; }

    public VoucherInvoice? Invoice { get; init; }

    public string? Document { get; init; }

    public string? Reason { get; init; }

    private static Voucher Apply(Voucher voucher, object happened, EventMeta meta) => happened switch
    {
        VoucherIssued e => new(
            meta.Stream["voucher/".Length..], e.Programme, e.Fund, e.Enterprise, e.Face, ChinaTime.DayOf(meta.At), e.ValidUntil, e.Root ?? meta.Stream["voucher/".Length..], VoucherStatus.Open)
        { IssuedBy = e.IssuedBy ?? meta.Actor.Sub },
        VoucherSplit => voucher with { Status = VoucherStatus.Divided },
        VoucherClaimed e => voucher with { Status = VoucherStatus.Claimed, ClaimedBy = meta.Actor.Sub, Invoice = e.Invoice },
        VoucherClaimRejected e => voucher with { Status = VoucherStatus.Open, ClaimedBy = null, Invoice = null, Reason = e.Reason },
        VoucherRedeemed => voucher with { Status = VoucherStatus.Redeemed, ConfirmedBy = meta.Actor.Sub },
        VoucherSettlementPrepared e => voucher with { PreparedBy = meta.Actor.Sub, Document = e.Document },
        VoucherSettled => voucher with { Status = VoucherStatus.Settled },
        VoucherExpired => voucher with { Status = VoucherStatus.Expired },
        VoucherRevoked e => voucher with { Status = VoucherStatus.Revoked, Reason = e.Reason },
        VoucherStepRefused => voucher,
        _ => throw new InvalidOperationException($"a voucher knows no {happened.GetType().Name}"),
    };
}

/// <summary>A voucher was issued; a part names its root and who issued that.</summary>
internal sealed record VoucherIssued(string Programme, string Fund, string Enterprise, Money Face, DateOnly ValidUntil, string? Root = null, string? Parent = null, string? IssuedBy = null);

/// <summary>One part of a voucher.</summary>
internal sealed record VoucherPart(string Voucher, Money Face);

/// <summary>Parts of exactly its face value stand for it.</summary>
internal sealed record VoucherSplit(IReadOnlyList<VoucherPart> Parts);

/// <summary>The holder handed in a provider's invoice.</summary>
internal sealed record VoucherClaimed(VoucherInvoice Invoice);

/// <summary>The invoice was sent back; the voucher is open again.</summary>
internal sealed record VoucherClaimRejected(string Reason);

/// <summary>A second person confirmed what it pays; the rest of its face value is free.</summary>
internal sealed record VoucherRedeemed(string Provider, Money Pays);

/// <summary>Finance prepared the payment to the provider, by the bank's document of this number.</summary>
internal sealed record VoucherSettlementPrepared(string Document);

/// <summary>A second person of finance booked it.</summary>
internal sealed record VoucherSettled(string Provider, string Document, Money Amount);

/// <summary>Its last day is over.</summary>
internal sealed record VoucherExpired(Money Face);

/// <summary>A second person took it back.</summary>
internal sealed record VoucherRevoked(Money Face, string Reason);

/// <summary>Somebody tried a step that separation of duties forbids.</summary>
internal sealed record VoucherStepRefused(string Step, string Code);
