using System.Buffers;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Funding.Funds;

/// <summary>
/// The finance bureau opens a fund for the money of one source, with what the plan promises; central money is bounded by the class of
/// the city (财建〔2023〕117号, F2). Faults: <c>fund.id</c>, <c>fund.name</c>, <c>fund.planned</c>, <c>fund.above_bound</c>, <c>fund.exists</c>.
/// </summary>
internal static class OpenFund
{
    /// <summary><see cref="PayUntil"/> is the last day on which its money may be paid, where the budget sets one (AC39).</summary>
    public sealed record Body(string Id, string Name, FundSource Source, Money Planned, DateOnly? PayUntil = null);

    private static readonly SearchValues<char> IdChars = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    internal static readonly Fault IdWrong = new(
        FaultKind.Invalid, "fund.id", new("资金编号应为 1 至 40 位小写字母、数字和连字符。", "A fund's id is 1 to 40 lower-case letters, digits and hyphens."));

    internal static readonly Fault NameWrong = new(
        FaultKind.Invalid, "fund.name", new("资金名称应为 1 至 100 个字符。", "A fund's name has 1 to 100 characters."));

    internal static readonly Fault PlannedWrong = new(
        FaultKind.Invalid, "fund.planned", new("计划金额必须大于零。", "The planned amount is above zero."));

    internal static Fault AboveBound(Money planned, Money bound) => new(
        FaultKind.Refused, "fund.above_bound",
        new($"计划中央资金 {planned} 元，超过本市上限 {bound} 元。", $"A plan of {planned} of central money is above this city's bound of {bound}."), CityClass.Clause);

    internal static Decision Decide(string city, Body body) =>
        body.Id.Length is 0 or > 40 || body.Id.AsSpan().ContainsAnyExcept(IdChars) ? IdWrong
        : string.IsNullOrWhiteSpace(body.Name) || body.Name.Length > 100 ? NameWrong
        : body.Planned.Fen <= 0 ? PlannedWrong
        : body.Source == FundSource.Central && body.Planned > CityClass.CentralMax(city) ? AboveBound(body.Planned, CityClass.CentralMax(city))
        : Decision.Accept(Fund.Noun.StreamOf(body.Id), new FundOpened(body.Name.Trim(), body.Source, body.Planned, body.PayUntil)).Answering($"/funds/{body.Id}");

    internal static void Map(Routes routes) => routes.Command<Body>("POST", "/funds", [Role.FinanceOfficer], request =>
        request.New(Fund.Noun, request.Body.Id, [], (_, _) => Decide(request.City, request.Body)));
}
