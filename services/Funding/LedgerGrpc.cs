using System.Diagnostics.CodeAnalysis;
using System.Text;
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
/// Postings in batches for the finance bureau's own programs: every item is a command as over HTTP, with its own id, role, rule and answer.
/// Faults of the call: <c>ledger.items</c>, <c>request.city</c>, <c>request.role</c>; of an item: <c>ledger.item</c>, <c>request.role</c>,
/// <c>fund.unknown</c> and those of the use case.
/// </summary>
internal sealed class LedgerGrpc(ServiceLog log) : Contracts.Funding.V1.Ledger.LedgerBase
{
    /// <summary>Bound of a call: decided within milliseconds, and a few callers at once do not fill the city's queue.</summary>
    internal const int ItemsMax = 1_000;

    /// <summary>Ids of funds and reservations are shorter; a longer one is not looked for.</summary>
    private const int IdLengthMax = 64;

    internal static readonly Fault ItemsWrong = new(
        FaultKind.Invalid, "ledger.items", new($"请给出 1 至 {ItemsMax} 笔。", $"1 to {ItemsMax} items are asked for."));

    public override async Task<PostReply> Post(PostRequest request, ServerCallContext context)
    {
        var caller = context.GetHttpContext().Caller();
        if (caller.City != request.City) throw GrpcFaults.Exception(SliceFaults.OtherCity);
        if (caller.As(Role.FinanceOfficer, Role.FinanceApprover) is null) throw GrpcFaults.Exception(SliceFaults.RoleMissing);
        if (request.Items.Count is 0 or > ItemsMax) throw GrpcFaults.Exception(ItemsWrong);

        // All are started before the first is awaited: they are decided in this order, most of them in one transaction.
        var answers = new Task<Answer>[request.Items.Count];
        for (var i = 0; i < answers.Length; i++)
        {
            var command = Read(request.City, request.Items[i], caller);
            answers[i] = command.Ok ? log.Do(command.Value, context.CancellationToken) : Task.FromResult(new Answer(null, null, command.Fault, 0));
        }

        await Task.WhenAll(answers);
        var reply = new PostReply();
        for (var i = 0; i < answers.Length; i++) reply.Answers.Add(Write(request.Items[i], await answers[i]));
        return reply;
    }

    internal static Fault ItemWrong(string field, Text why) => new(
        FaultKind.Invalid, "ledger.item", new($"{field} 有误：{why.Zh}", $"{field} is wrong: {why.En}"));

    private static Result<Command> Read(string city, PostItem item, Caller caller)
    {
        if (item.CommandId.Length != 16 || new Guid(item.CommandId.Span, bigEndian: true) is var id && id == Guid.Empty)
            return ItemWrong("command_id", new("应为 16 字节的 UUID。", "a UUID of 16 bytes is asked for."));
        if (WrongId("fund", item.Fund) is { } fund) return fund;
        return item.PostingCase switch
        {
            PostItem.PostingOneofCase.Reserve => WrongText("reference", item.Reserve.Reference) is { } fault ? fault
                : UseOf(item.Reserve.Use) is { } use ? Make([Role.FinanceOfficer], (now, _) => ReserveFunds.Decide(now, new(use, new(item.Reserve.AmountFen), item.Reserve.Reference), ReserveFunds.IdOf(id)))
                : ItemWrong("use", new("请指明用途。", "say what the money is for.")),
            PostItem.PostingOneofCase.Post => (WrongId("reservation", item.Post.Reservation) ?? WrongText("document", item.Post.Document)) is { } fault ? fault
                : Make([Role.FinanceApprover], (now, actor) => PostReservation.Decide(now, item.Post.Reservation, new(item.Post.Document, item.Post.HasAmountFen ? new Money(item.Post.AmountFen) : null), actor)),
            PostItem.PostingOneofCase.Void => (WrongId("reservation", item.Void.Reservation) ?? WrongText("reason", item.Void.Reason)) is { } fault ? fault
                : Make([Role.FinanceOfficer, Role.FinanceApprover], (now, _) => VoidReservation.Decide(now, item.Void.Reservation, new(item.Void.Reason))),
            PostItem.PostingOneofCase.None => ItemWrong("posting", new("请给出 reserve、post 或 void 之一。", "one of reserve, post and void is asked for.")),
        };

        Result<Command> Make(ReadOnlySpan<Role> roles, Func<Fund, Actor, Decision> rule) => caller.As(roles) is { } actor
            ? new Command
            {
                City = city,
                Id = id,
                Actor = actor,
                Input = [.. Encoding.UTF8.GetBytes($"Ledger.Post {city} {actor.Sub}@{actor.Org}\n"), .. item.ToByteArray()],
                Streams = [Fund.Noun.StreamOf(item.Fund)],
                Decide = (streams, _) => streams.Version(Fund.Noun, item.Fund) == 0
                    ? SliceFaults.Unknown(Fund.Noun.Category, item.Fund)
                    : rule(streams.Get(Fund.Noun, item.Fund), actor),
            }
            : SliceFaults.RoleMissing;
    }

    private static PostAnswer Write(PostItem item, Answer answer)
    {
        var written = new PostAnswer { Position = answer.Position, Repeated = answer.Repeated };
        if (answer.Fault is not { } fault)
        {
            written.Reservation = item.PostingCase switch
            {
                PostItem.PostingOneofCase.Reserve => ReserveFunds.IdOf(new Guid(item.CommandId.Span, bigEndian: true)),
                PostItem.PostingOneofCase.Post => item.Post.Reservation,
                PostItem.PostingOneofCase.Void => item.Void.Reservation,
                PostItem.PostingOneofCase.None => "",
            };
            return written;
        }

        written.Refusal = new() { Code = fault.Code, Status = FaultWire.GrpcStatus(fault.Kind), MessageZh = fault.Message.Zh, MessageEn = fault.Message.En };
        if (fault.Clause is { } clause) written.Refusal.Clause = clause;
        return written;
    }

    /// <summary>Text as it may stand in an entry; how long it may be is the use case's rule.</summary>
    private static Fault? WrongText(string field, string text) => PlainText.Refusal(text) is { } why ? ItemWrong(field, why) : null;

    private static Fault? WrongId(string field, string id) =>
        id.Length is 0 or > IdLengthMax || PlainText.Refusal(id) is not null
            ? ItemWrong(field, new($"应为 1 至 {IdLengthMax} 个字符的编号。", $"an id of 1 to {IdLengthMax} characters is asked for."))
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
