using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Grpc.Core;
using PilotCity.Contracts.Funding.V1;
using PilotCity.Defaults;
using PilotCity.Defaults.Bus;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Funding.Funds;
using PostReservation = PilotCity.Funding.Funds.PostReservation;
using VoidReservation = PilotCity.Funding.Funds.VoidReservation;

namespace PilotCity.Funding;

/// <summary>
/// Postings in batches for the finance bureau's own programs: a batch is one command on one fund, its items go by the rules of the HTTP
/// slices, each as the earlier ones left the fund. Faults of the call: <c>ledger.batch</c>, <c>ledger.items</c>, <c>request.city</c>,
/// <c>request.role</c>, <c>fund.unknown</c>, <c>command.id_reused</c>; of an item: <c>ledger.item</c>, <c>request.role</c> and those of the use case.
/// </summary>
internal sealed class LedgerGrpc(ServiceLog log) : Contracts.Funding.V1.Ledger.LedgerBase
{
    /// <summary>Bound of a call: decided within milliseconds, and nobody waits long behind it.</summary>
    internal const int ItemsMax = 1_000;

    /// <summary>Ids of funds and reservations are shorter; a longer one is not looked for.</summary>
    private const int IdLengthMax = 64;

    internal static readonly Fault ItemsWrong = new(
        FaultKind.Invalid, "ledger.items", new($"请给出 1 至 {ItemsMax} 笔。", $"1 to {ItemsMax} items are asked for."));

    public override async Task<PostReply> Post(PostRequest request, ServerCallContext context)
    {
        var caller = context.GetHttpContext().Caller();
        if (caller.City != request.City) throw GrpcFaults.Exception(SliceFaults.OtherCity);
        if (request.CommandId.Length != 16 || new Guid(request.CommandId.Span, bigEndian: true) is var id && id == Guid.Empty)
            throw GrpcFaults.Exception(BatchWrong("command_id", new("应为 16 字节的 UUID。", "a UUID of 16 bytes is asked for.")));
        if (WrongId(request.Fund) is { } why) throw GrpcFaults.Exception(BatchWrong("fund", why));
        if (request.Items.Count is 0 or > ItemsMax) throw GrpcFaults.Exception(ItemsWrong);
        if ((caller.As(RolesOf(request.Items[0])) ?? caller.As(Role.FinanceOfficer, Role.FinanceApprover)) is not { } actor) throw GrpcFaults.Exception(SliceFaults.RoleMissing);

        var command = new Command
        {
            City = request.City,
            Id = id,
            Actor = actor,
            Input = [.. Encoding.UTF8.GetBytes($"Ledger.Post {actor.Sub}@{actor.Org}\n"), .. request.ToByteArray()],
            Streams = [Fund.Noun.StreamOf(request.Fund)],
            Weight = request.Items.Count,
            Decide = (streams, at) => streams.Version(Fund.Noun, request.Fund) == 0
                ? SliceFaults.Unknown(Fund.Noun.Category, request.Fund)
                : Decide(streams.Get(Fund.Noun, request.Fund), id, request.Items, actor, at),
        };
        var answer = await log.Do(command, context.CancellationToken);
        return answer.Fault is { } fault ? throw GrpcFaults.Exception(fault) : Write(request, id, answer);
    }

    /// <summary>What the log keeps of the answer: only what was refused; everything else follows from the request.</summary>
    internal sealed record Kept(IReadOnlyList<RefusedItem> Refused);

    internal sealed record RefusedItem(int Index, Fault Fault);

    /// <summary>Every item on the fund as the earlier ones left it.</summary>
    internal static Decision Decide(Fund fund, Guid command, IReadOnlyList<PostItem> items, Actor actor, DateTimeOffset at)
    {
        var changes = new List<Change>(items.Count);
        var refused = new List<RefusedItem>();
        var meta = new EventMeta(actor, at, 0, 0, Fund.Noun.StreamOf(fund.Id));
        for (var i = 0; i < items.Count; i++)
        {
            var decision = DecideItem(fund, items[i], ReservationOf(command, i), actor);
            if (decision.Fault is { } fault) refused.Add(new(i, fault));
            foreach (var change in decision.Changes)
            {
                fund = fund.After(change.Event, meta).Value;
                changes.Add(change);
            }
        }

        return Decision.Accept(changes).Answering(null, new Kept(refused));
    }

    private static Decision DecideItem(Fund fund, PostItem item, string reservation, Actor actor) =>
        item.PostingCase != PostItem.PostingOneofCase.None && !RolesOf(item).Contains(actor.Role) ? SliceFaults.RoleMissing
        : item.PostingCase switch
        {
            PostItem.PostingOneofCase.Reserve => WrongText("reference", item.Reserve.Reference) is { } fault ? fault
                : UseOf(item.Reserve.Use) is { } use ? ReserveFunds.Decide(fund, new(use, new(item.Reserve.AmountFen), item.Reserve.Reference), reservation)
                : ItemWrong("use", new("请指明用途。", "say what the money is for.")),
            PostItem.PostingOneofCase.Post => (WrongReservation(item.Post.Reservation) ?? WrongText("document", item.Post.Document)) is { } fault ? fault
                : PostReservation.Decide(fund, item.Post.Reservation, new(item.Post.Document, item.Post.HasAmountFen ? new Money(item.Post.AmountFen) : null), actor),
            PostItem.PostingOneofCase.Void => (WrongReservation(item.Void.Reservation) ?? WrongText("reason", item.Void.Reason)) is { } fault ? fault
                : VoidReservation.Decide(fund, item.Void.Reservation, new(item.Void.Reason)),
            PostItem.PostingOneofCase.None => ItemWrong("posting", new("请给出 reserve、post 或 void 之一。", "one of reserve, post and void is asked for.")),
        };

    /// <summary>The same that the HTTP slices ask for.</summary>
    private static Role[] RolesOf(PostItem item) => item.PostingCase switch
    {
        PostItem.PostingOneofCase.Reserve => ReserveRoles,
        PostItem.PostingOneofCase.Post => PostRoles,
        PostItem.PostingOneofCase.Void or PostItem.PostingOneofCase.None => AnyRole,
    };

    private static readonly Role[] ReserveRoles = [Role.FinanceOfficer];
    private static readonly Role[] PostRoles = [Role.FinanceApprover];
    private static readonly Role[] AnyRole = [Role.FinanceOfficer, Role.FinanceApprover];

    private static string ReservationOf(Guid command, int index) => string.Create(CultureInfo.InvariantCulture, $"{ReserveFunds.IdOf(command)}-{index}");

    private static PostReply Write(PostRequest request, Guid command, Answer answer)
    {
        var reply = new PostReply { Position = answer.Position, Repeated = answer.Repeated };
        var refused = JsonSerializer.Deserialize<Kept>(answer.Body!, Json.Lenient)!.Refused.ToDictionary(r => r.Index, r => r.Fault);
        for (var i = 0; i < request.Items.Count; i++)
            reply.Answers.Add(refused.TryGetValue(i, out var fault) ? new PostAnswer { Refusal = Write(fault) } : new PostAnswer { Reservation = Named(request.Items[i], command, i) });
        return reply;
    }

    private static string Named(PostItem item, Guid command, int index) => item.PostingCase switch
    {
        PostItem.PostingOneofCase.Reserve => ReservationOf(command, index),
        PostItem.PostingOneofCase.Post => item.Post.Reservation,
        PostItem.PostingOneofCase.Void => item.Void.Reservation,
        PostItem.PostingOneofCase.None => "",
    };

    private static Refusal Write(Fault fault)
    {
        var refusal = new Refusal { Code = fault.Code, Status = FaultWire.GrpcStatus(fault.Kind), MessageZh = fault.Message.Zh, MessageEn = fault.Message.En };
        if (fault.Clause is { } clause) refusal.Clause = clause;
        return refusal;
    }

    internal static Fault BatchWrong(string field, Text why) => new(
        FaultKind.Invalid, "ledger.batch", new($"{field} 有误：{why.Zh}", $"{field} is wrong: {why.En}"));

    internal static Fault ItemWrong(string field, Text why) => new(
        FaultKind.Invalid, "ledger.item", new($"{field} 有误：{why.Zh}", $"{field} is wrong: {why.En}"));

    /// <summary>Text as it may stand in an entry; how long it may be is the use case's rule.</summary>
    private static Fault? WrongText(string field, string text) => PlainText.Refusal(text) is { } why ? ItemWrong(field, why) : null;

    private static Fault? WrongReservation(string id) => WrongId(id) is { } why ? ItemWrong("reservation", why) : null;

    private static Text? WrongId(string id) =>
        id.Length is 0 or > IdLengthMax || PlainText.Refusal(id) is not null
            ? new($"应为 1 至 {IdLengthMax} 个字符的编号。", $"an id of 1 to {IdLengthMax} characters is asked for.")
            : null;

    [SuppressMessage("Style", "IDE0072", Justification = "an open set: a newer client may send a number that is none of ours")]
    private static FundUse? UseOf(Use use) => use switch
    {
        Use.EnterpriseRenovation => FundUse.EnterpriseRenovation,
        Use.PlatformsAndProviders => FundUse.PlatformsAndProviders,
        Use.IndustrialInternetPlatforms => FundUse.IndustrialInternetPlatforms,
        Use.ChainTransformation => FundUse.ChainTransformation,
        Use.PublicServices => FundUse.PublicServices,
        Use.StaffBenefits => FundUse.StaffBenefits,
        Use.OfficeRunningCosts => FundUse.OfficeRunningCosts,
        Use.BuildingsAndConstruction => FundUse.BuildingsAndConstruction,
        Use.BudgetBalancing => FundUse.BudgetBalancing,
        _ => null,
    };
}
