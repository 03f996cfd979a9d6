using System.Globalization;
using System.Text.Json;
using Grpc.Core;
using PilotCity.Contracts.Common.V1;
using PilotCity.Contracts.Performance.V1;
using PilotCity.Defaults;
using PilotCity.Defaults.Bus;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Performance.Evidence;
using PilotCity.Performance.Projects;
using Wire = PilotCity.Contracts.Performance.V1;

namespace PilotCity.Performance;

/// <summary>Answers other services' questions about a project; converts, loads, converts.</summary>
internal sealed class PerformanceGrpc(ServiceLog log) : Wire.Projects.ProjectsBase
{
    public override async Task<GetProjectReply> GetProject(GetProjectRequest request, ServerCallContext context)
    {
        var asOf = Question.Moment(request.City, request.AsOfMicros);
        var (project, version, position) = await log.Load(request.City, Project.Noun, request.Project, asOf, context.CancellationToken);
        if (version == 0)
            throw GrpcFaults.Exception(SliceFaults.Unknown(Project.Noun.Category, request.Project));

        var reply = ReplyOf(project);
        reply.Source = new Source { Service = log.Service, City = request.City, Stream = project.Stream, Version = version, Position = position };
        return reply;
    }

    /// <summary>One enterprise has a few projects; what is over a page of them is not asked.</summary>
    public override async Task<ListSellersReply> ListSellers(ListSellersRequest request, ServerCallContext context)
    {
        Question.Moment(request.City, 0);
        var (rows, _) = await log.List(request.City, ProjectList.Model, new ListQuery([("enterprise", [request.EnterpriseUscc])]), count: false, context.CancellationToken);
        var reply = new ListSellersReply();
        foreach (var row in rows)
        {
            var (project, version, position) = await log.Load(request.City, Project.Noun, row.Id, null, context.CancellationToken);
            var source = new Source { Service = log.Service, City = request.City, Stream = project.Stream, Version = version, Position = position };
            reply.Sellers.AddRange(project.Providers.Distinct(StringComparer.Ordinal).Select(p => new Seller { Provider = p, Project = project.Id, Source = source }));
        }

        return reply;
    }

    internal static GetProjectReply ReplyOf(Project project)
    {
        var reply = new GetProjectReply
        {
            Project = project.Id,
            EnterpriseUscc = project.Enterprise,
            Type = Word(project.Type),
            State = Word(project.State),
        };
        reply.Documents.AddRange(project.CodesOnFile.Where(Document.InRules).Select(Document.Word));
        reply.Contracts.AddRange(project.Contracts.Select(Of));
        reply.Lines.AddRange(project.Lines.Select(Of));
        reply.Steps.AddRange(project.Steps.Select(s => new Wire.Step { State = Word(s.State), Actor = s.Actor, Role = s.Role.Word(), AtMicros = Instant.Micros(s.At) }));
        if (project.Batch is { } batch)
            reply.Batch = batch;
        if (project.FiledOn is { } filed)
            reply.FiledOn = Iso(filed);
        if (project.CompletedOn is { } completed)
            reply.CompletedOn = Iso(completed);
        if (project.Attempt is { } attempt)
            reply.AcceptanceAppliedOn = Iso(attempt.AppliedOn);
        if (project.AcceptedOn is { } accepted)
            reply.AcceptedOn = Iso(accepted);
        if (project.Attempt?.VerifiedAt is { } verified)
            reply.DistrictCheckMicros = Instant.Micros(verified);
        if (project.EvaluationDoneAt is { } evaluated)
            reply.EvaluationDoneMicros = Instant.Micros(evaluated);
        if (project.ClaimSubmittedAt is { } claimed)
            reply.ClaimSubmittedMicros = Instant.Micros(claimed);
        if (project.Attempt?.Audit is { } audit)
            reply.AuditedSpendFen = audit.Spend.Fen;
        if (project.Diagnosis?.Assessment is { } before)
            reply.BeforeAssessment = before;
        if (project.Attempt?.Evaluation is { } evaluation)
            reply.AfterAssessment = evaluation.Assessment;
        return reply;
    }

    private static ProjectContract Of(Contract contract)
    {
        var wire = new ProjectContract { Id = contract.Id.Value, SignedOn = Iso(contract.SignedOn), AmountFen = contract.Amount.Fen, Provider = contract.Provider.Value };
        if (contract.DownPayment is { } down)
            wire.DownPaymentFen = down.Fen;
        if (contract.PaidDown is { } paid)
            wire.DownPaymentPaidOn = Iso(paid.PaidOn);
        return wire;
    }

    private static Wire.SpendLine Of(Projects.SpendLine line)
    {
        var wire = new Wire.SpendLine
        {
            Contract = line.Contract.Value,
            Category = Word(line.Category),
            InvoiceNumber = line.Invoice.Number.Value,
            InvoiceIssuedOn = Iso(line.Invoice.IssuedOn),
            NetFen = line.Invoice.Net.Fen,
            VatFen = line.Invoice.Vat.Fen,
        };
        if (line.Description is { } description)
            wire.Description = description.Value;
        if (line.Invoice.ClaimedIn is { } elsewhere)
            wire.ClaimedIn = elsewhere.Value;
        wire.Payments.AddRange(line.Payments.Select(Of));
        return wire;
    }

    private static Wire.Payment Of(Projects.Payment payment)
    {
        var wire = new Wire.Payment { PaidOn = Iso(payment.PaidOn), AmountFen = payment.Amount.Fen };
        if (payment.Reference is { } reference)
            wire.Reference = reference.Value;
        return wire;
    }

    private static string Iso(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}
