using System.Collections.Immutable;
using PilotCity.Defaults;
using PilotCity.Funding.Awards;

namespace PilotCity.Funding.RuleSets;

/// <summary>Reads steps, filing, deadlines, claim window, evidence, publicity and retention.</summary>
internal static class ReadProcessRule
{
    public static ProcessRule Read(YamlSection? section)
    {
        if (section is null) return new();
        var rule = new ProcessRule
        {
            Steps = section.Clauses("steps"),
            FilingRequired = section.Figure<bool>("filingRequired"),
            LateFilingAllowed = section.Figure<bool>("lateFilingAllowed"),
            FiledBeforeEvaluation = section.Figure<bool>("filedBeforeEvaluation"),
            FinalAfterAcceptance = section.Figure<bool>("finalAfterAcceptance"),
            CompletedBeforeApplication = section.Figure<bool>("completedBeforeApplication"),
            InvoicedBeforeApplication = section.Figure<bool>("invoicedBeforeApplication"),
            AcceptanceDeadline = ReadDeadline(section.Section("acceptanceDeadline")),
            ClaimWindow = ReadClaimWindow(section.Section("claimWindow")),
            Documents = ReadDocuments(section),
            DuplicatesForbidden = section.Figure<bool>("duplicatesForbidden"),
            PublicityDays = section.Figure<int>("publicityDays"),
            VoucherRetentionYears = section.Figure<int>("voucherRetentionYears"),
            BankStatementRetentionYears = section.Figure<int>("bankStatementRetentionYears"),
            ProjectRetentionYears = section.Figure<int>("projectRetentionYears"),
            PaperFileDays = section.Figure<int>("paperFileDays"),
            Payee = section.Figure<PayeeRule>("payee"),
        };
        if (rule.LateFilingAllowed is { Value: true } && rule.FilingRequired is not { Value: true })
            section.Refuse(section.LineOf("lateFilingAllowed"), "lateFilingAllowed", "不要求备案，就谈不上补备案", "where no filing is required there is no late filing");
        if (rule.Documents.Any(d => d.When == DocumentCondition.LateFiling) && rule.LateFilingAllowed is not { Value: true })
            section.Refuse(section.LineOf("documents"), "documents", "规则不允许补备案，却要求补备案材料", "documents of a late filing are asked for, and late filing is not allowed");
        section.Done();
        return rule;
    }

    private static AcceptanceDeadline? ReadDeadline(YamlSection? section)
    {
        if (section is null) return null;
        var deadline = new AcceptanceDeadline(section.RequiredFigure<int>("monthsAfterCompletion"), section.Required<Lateness>("late"));
        if (deadline.Months.Value > 120) section.Refuse(section.LineOf("monthsAfterCompletion"), "monthsAfterCompletion", "期限不应超过 120 个月", "a term is at most 120 months");
        section.Done();
        return deadline;
    }

    private static ClaimWindow? ReadClaimWindow(YamlSection? section)
    {
        if (section is null) return null;
        var window = new ClaimWindow(section.Span("days") ?? new(null, null, new("", null, null)), section.Figure<DateTimeOffset>("closesAt"), section.Required<Lateness>("late"));
        if (!section.Has("days")) section.Wrong(section.Line, "days", "缺少“days”", "'days' is missing");
        if (window.ClosesAt?.Value is { } closes && ChinaTime.DayOf(closes) != window.Span.To)
            section.Refuse(section.LineOf("closesAt"), "closesAt", "截止时刻（北京时间）不在最后一天", "the closing moment (Shanghai time) is not on the last day");
        section.Done();
        return window;
    }

    private static ImmutableArray<DocumentRule> ReadDocuments(YamlSection section)
    {
        var documents = ImmutableArray.CreateBuilder<DocumentRule>();
        foreach (var item in section.Sections("documents"))
        {
            var codes = item.List<DocumentCode>("codes", required: true);
            var stages = item.List<AwardStage>("stages", required: true);
            var when = item.Read<DocumentCondition>("when") ?? DocumentCondition.Always;
            var source = item.Source();
            foreach (var code in codes)
            {
                if (documents.Any(d => d.Code == code && d.When == when && d.Stages.Intersect(stages).Any())) item.Refuse(item.Line, "codes", $"材料 {code} 重复", $"the document {code} is asked for twice");
                documents.Add(new(code, stages, when, source));
            }

            item.Done();
        }

        return documents.DrainToImmutable();
    }
}
