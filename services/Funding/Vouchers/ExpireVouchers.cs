using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Funding.Funds;

namespace PilotCity.Funding.Vouchers;

/// <summary>
/// The bureau frees the money of vouchers whose last day (in Shanghai) is over, the oldest first and some hundred at a time; taken again it goes on
/// where it stopped. A voucher whose invoice is being looked at waits. Fault: <c>voucher_programme.unknown</c>.
/// </summary>
internal static class ExpireVouchers
{
    public sealed record Body;

    /// <summary>Vouchers of one command: some 1,500 entries, which the city's writer takes within a second.</summary>
    internal const int BatchMax = 500;

    /// <summary>What was freed, and how many are over and left for the next command.</summary>
    internal sealed record Freed(int Vouchers, Money Face, int Left);

    internal static string[] Due(VoucherProgramme programme, DateTimeOffset at) => [.. programme.Expiring.TakeWhile(e => e.Until < ChinaTime.DayOf(at)).Take(BatchMax).Select(e => e.Voucher)];

    internal static Decision Decide(VoucherProgramme programme, IReadOnlyList<Voucher> vouchers, DateTimeOffset at)
    {
        // Somebody may have used or freed one since its stream was named.
        var due = vouchers.Where(v => programme.Expiring.Contains((v.ValidUntil, v.Id)) && v.ValidUntil < ChinaTime.DayOf(at)).ToArray();
        return Decision.Accept([.. due.SelectMany(v => new[]
        {
            new Change(Voucher.Noun.StreamOf(v.Id), new VoucherExpired(v.Face)),
            new Change(VoucherProgramme.Noun.StreamOf(programme.Id), new VoucherMoved(v.Id, VoucherPlace.Open, VoucherPlace.Expired, v.Face, v.ValidUntil)),
            new Change(Fund.Noun.StreamOf(v.Fund), new VoucherFreed(v.Root, v.Id, v.Face)),
        })]).Answering(null, new Freed(due.Length, new(due.Sum(v => v.Face.Fen)), programme.Expiring.TakeWhile(e => e.Until < ChinaTime.DayOf(at)).Count() - due.Length));
    }

    internal static void Map(Routes routes) => routes.Command<Body>("POST", "/voucher-programmes/{id}/expiry", [Role.BureauOfficer, Role.FinanceOfficer], async (request, _) =>
    {
        var programme = await request.Load(VoucherProgramme.Noun, request.Route("id"));
        if (!programme.Ok) return programme.Fault;
        var due = Due(programme.Value, request.Service<TimeProvider>().GetUtcNow());
        return request.On(
            VoucherProgramme.Noun, programme.Value.Id, [Fund.Noun.StreamOf(programme.Value.Terms.Fund), .. due.Select(Voucher.Noun.StreamOf)],
            (now, streams, at) => Decide(now, [.. due.Select(v => streams.Get(Voucher.Noun, v))], at));
    });
}
