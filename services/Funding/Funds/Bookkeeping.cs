using System.Globalization;
using System.Runtime.CompilerServices;
using PilotCity.Defaults;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Funding.Funds;

/// <summary>One movement of a fund's paid or to-be-recovered money, as its log tells it: whose, to whom, by which batch and line or document.</summary>
internal sealed record FundMovement(
    DateTimeOffset At, string Place, FundPool Pool, string Subject, string? Payee, string? Batch, string? Line, string? Document, Money Amount);

/// <summary>A fund as its log tells it, entry by entry, now or at an instant: in memory that does not grow with the postings.</summary>
internal static class Bookkeeping
{
    public const string Received = "received";
    public const string Paid = "paid";
    public const string ToRecover = "to-recover";
    public const string WrittenOff = "written-off";

    /// <summary>The funds of the city, in the order of their ids; one of them, or those of one source, where the query names it.</summary>
    public static async IAsyncEnumerable<Fund> Funds(Request request, [EnumeratorCancellation] CancellationToken ct)
    {
        var (one, source) = (request.Query("fund"), request.Query("source"));
        var where = source is null ? new ListQuery([]) : new ListQuery([("source", [source])]);
        await foreach (var row in request.Log.Rows(request.City, TrialBalance.Model, where, bodies: false, ct))
        {
            if (one is not null && row.Id != one) continue;
            var (fund, version, _) = await request.Log.Load(request.City, Fund.Noun, row.Id, request.AsOf, ct);
            if (version > 0) yield return fund;
        }
    }

    public static async IAsyncEnumerable<FundMovement> Movements(Request request, string fund, [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var entry in request.Log.Entries(request.City, Fund.Noun.StreamOf(fund), request.AsOf, ct))
        {
            foreach (var movement in Of(Fund.Noun.Read(entry.Type, entry.Payload), entry.At)) yield return movement;
        }
    }

    internal static IEnumerable<FundMovement> Of(object happened, DateTimeOffset at) => happened switch
    {
        FundReceived e => [new(at, Received, FundPool.Renovation, "", null, null, null, e.Document, e.Amount)],
        ReservationPosted e => [new(at, Paid, e.Pool, $"award/{e.Award}", e.Payee, e.Batch, e.Line, null, e.Amount)],
        PaymentReturned e => [new(at, Paid, e.Pool, $"award/{e.Award}", null, e.Batch, e.Line, null, Negative(e.Amount))],
        RecoveryDue e => [new(at, Paid, e.Pool, $"award/{e.Award}", e.Enterprise, null, null, null, Negative(e.Amount)), new(at, ToRecover, e.Pool, $"award/{e.Award}", e.Enterprise, null, null, null, e.Amount)],
        RecoveryReceived e => [new(at, ToRecover, e.Pool, $"award/{e.Award}", null, null, null, e.Document, Negative(e.Amount))],
        RecoveryWrittenOff e => [new(at, ToRecover, e.Pool, $"award/{e.Award}", null, null, null, null, Negative(e.Amount)), new(at, WrittenOff, e.Pool, $"award/{e.Award}", null, null, null, e.WriteOff, e.Amount)],
        EncumbrancePosted e => [new(at, Paid, FundPool.Services, $"reservation/{e.Reservation}", null, null, null, e.Document, e.Amount)],
        VoucherPaid e => [new(at, Paid, FundPool.Services, $"voucher/{e.Voucher}", e.Provider, null, null, e.Document, e.Amount)],
        _ => [],
    };

    public static string Word(FundPool pool) => pool.ToString().ToLowerInvariant();

    public static string Word(FundSource source) => source.ToString().ToLowerInvariant();

    public static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static Money Negative(Money amount) => new(-amount.Fen);
}
