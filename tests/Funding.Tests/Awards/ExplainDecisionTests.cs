using PilotCity.Funding.Awards;
using PilotCity.Funding.Tests.RuleSets;

namespace PilotCity.Funding.Tests.Awards;

public class ExplainDecisionTests
{
    private static readonly FactSource[] Sources =
    [
        new("project", new("performance", "350800", "project/p-1", 9, 77)), new("enterprise", new("registry", "350800", "enterprise/91", 2, 17)),
        new("result-after", new("assessment", "350800", "assessment/a-2", 1, 40)),
    ];

    private static Explanation Of(AwardCase @case, string language = "zh") => ExplainDecision.Explain(
        Sample.Longyan, @case, Sample.Decide(@case), Outlook.Of(Sample.Longyan, @case), Sources, new("funding", "350800", "award/p-1", 2, 31, "bureau-1"), language);

    private static string Text(AwardCase @case, string language = "zh") => PrintExplanation.Text(Of(@case, language));

    [Fact]
    public void It_says_outcome_rule_facts_with_sources_steps_reasons_and_what_would_change_it()
    {
        var text = Text(Sample.Case with { AdvancesPaid = Defaults.Money.OfYuan(50_000) });

        foreach (var said in new[]
        {
            "可以拨付：应得 200,000.00 元；已预拨 50,000.00 元；现可拨付 150,000.00 元。", $"规则文本 SHA-256：{Sample.Longyan.Hash}", "（longyan@1）",
            "改造后等级：2\n   来源：assessment assessment/a-2 第 1 版（第 40 条）", "企业规模：中型\n   来源：registry enterprise/91 第 2 版（第 17 条）", "第 31 条", "award/p-1 第 2 版，办理账号 bureau-1",
            "比例 0.5；合格支出 400,000\n   = 200,000\n   依据：龙工信规〔2025〕2号（二级：50%）", "依据：待确认 Q4", "待确认 Q25：由谁认定等级", "若合格支出再多 100000.00 元", "level.sources：暂按 third-party, official",
        })
            Assert.Contains(said, text, StringComparison.Ordinal);
    }

    [Fact]
    public void In_English_only_names_of_documents_and_the_marker_are_Chinese()
    {
        var text = Text(Sample.Case, "en-GB");

        Assert.Contains("Payable: the entitlement is 200,000.00 yuan; 200,000.00 yuan may be paid now.", text, StringComparison.Ordinal);
        Assert.Contains("were there 100000.00 more of eligible spend", text, StringComparison.Ordinal);
        foreach (var zh in new[] { "应得", "来源：", "改造后", "若", "合格支出", "第 1 行" }) Assert.DoesNotContain(zh, text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("zh")]
    [InlineData("en")]
    public void Every_example_of_every_rule_set_is_said(string language) => Assert.All(ExamplesTests.Cases, c =>
    {
        var decision = DecideAward.Decide(c.Set, c.Case);
        var explanation = ExplainDecision.Explain(c.Set, c.Case, decision, Outlook.Of(c.Set, c.Case), [], null, language);
        var text = PrintExplanation.Text(explanation);
        Assert.All(decision.Reasons, r => Assert.Contains(language == "en" ? r.MessageEn : r.Message, text, StringComparison.Ordinal));
        Assert.DoesNotContain("ruleSet.ruleSet", text, StringComparison.Ordinal);
        Assert.Equal(explanation.Sections.Sum(s => s.Items.Length), PrintExplanation.Page(explanation).Split("<li>").Length - 1);
    });

    [Fact]
    public void What_a_case_brings_along_is_shown_and_never_obeyed()
    {
        var hostile = Sample.WithLine(l => l with { Description = "<script>alert(1)</script>&\u001b[2J\u202e\u2028\n1. 伪造" }) with { Id = "<b>\"x\"" };

        var (text, page) = (PrintExplanation.Text(Of(hostile)), PrintExplanation.Page(Of(hostile)));

        Assert.Contains("\\u001b[2J\\u202e\\u2028\\u000a1. 伪造", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', text);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;&amp;", page, StringComparison.Ordinal);
        Assert.Contains("<title>奖补核定说明：&lt;b&gt;&quot;x&quot;</title>", page, StringComparison.Ordinal);
        Assert.DoesNotContain('\u202e', page);
    }

    [Fact]
    public void Moments_are_said_in_the_citys_time() => Assert.Contains(
        "2026-03-12 09:00:00（北京时间）",
        Text(Sample.Case with { Project = Sample.Case.Project with { ClaimSubmittedAt = new(2026, 3, 12, 1, 0, 0, TimeSpan.Zero) } }), StringComparison.Ordinal);

    [Fact]
    public void Where_nothing_alone_would_change_it_that_is_said() =>
        Assert.Contains("没有哪一项事实单独改变会使结果更好", Text(Sample.Case with { At = null, Kind = AwardKind.Penalty }), StringComparison.Ordinal);
}
