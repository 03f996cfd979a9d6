using System.Text;
using FsCheck;
using FsCheck.Fluent;
using PilotCity.Funding.RuleSets;
using PilotCity.Funding.Tests.Awards;

namespace PilotCity.Funding.Tests.RuleSets;

public class ReadRuleSetTests
{
    /// <summary>Changes one place of Longyan's text and tells on which line the change stands.</summary>
    private static (string Text, int Line) Changed(string from, string to)
    {
        var at = Sample.LongyanText.IndexOf(from, StringComparison.Ordinal);
        Assert.True(at >= 0, from);
        return (Sample.LongyanText.Remove(at, from.Length).Insert(at, to), Sample.LongyanText[..at].Count(c => c == '\n') + 1);
    }

    [Theory]
    [InlineData("currency: CNY", "currency: EUR", "currency", "CNY is expected")]
    [InlineData("id: longyan", "id: Long Yan", "id", "lower-case")]
    [InlineData("version: 1", "version: 0", "version", "begin at 1")]
    [InlineData("cityCode: \"350800\"", "cityCode: \"35080\"", "cityCode", "six digits")]
    [InlineData("grade: B", "grade: X", "grade", "not one of")]
    [InlineData("effectiveFrom: 2025-05-27", "effectiveFrom: 2025-05-32", "effectiveFrom", "not a day")]
    [InlineData("effectiveFrom: 2025-05-27", "effectiveFrom: 2025-05-27\neffectiveTo: 2025-05-26", "effectiveFrom", "after the last")]
    [InlineData("status: published", "status: published\ncolour: red", "colour", "unknown key 'colour'")]
    [InlineData("pilotListed: { value: true, clause: 龙工信规〔2025〕2号（试点企业名单） }", "pilotListed: { value: true }", "eligibility.pilotListed.clause", "the clause is missing")]
    [InlineData("pilotListed: { value: true,", "pilotListed: { value: maybe,", "eligibility.pilotListed.value", "not true or false")]
    [InlineData("pilotListed: { value: true,", "pilotListed: { ", "eligibility.pilotListed.value", "the value is missing")]
    [InlineData("vat: { default: unstated, openQuestion: Q4 }", "vat: { default: unstated, clause: x, grade: C }", "spend.vat.default", "openQuestion")]
    [InlineData("vat: { default: unstated, openQuestion: Q4 }", "vat: { default: unstated, openQuestion: four }", "spend.vat.openQuestion", "Q4")]
    [InlineData("contract: { from: 2024-10-18, to: 2026-12-31,", "contract: { from: 2027-10-18, to: 2026-12-31,", "spend.contract.from", "after to")]
    [InlineData("eligible: true, openQuestion: Q18 }", "eligible: true }", "clause", "the clause is missing")]
    [InlineData("[implementation]", "[implementation, cloud]", "codes", "ruled twice")]
    [InlineData("[terminal, data-storage]", "[terminal]", "spend.categories", "DataStorage is not ruled")]
    [InlineData("levelFrom: 3\n      levelTo: 3", "levelFrom: 3\n      levelTo: 4", "award.table", "level 4 of batch - is ruled 2 times: a contradiction")]
    [InlineData("levelFrom: 4\n      levelTo: 4", "levelFrom: 3\n      levelTo: 3", "award.table", "level 4 of batch - is not ruled: a gap")]
    [InlineData("levelFrom: 2\n      levelTo: 2", "levelFrom: 2\n      levelTo: 2\n      batch: \"1\"", "award.table", "agree with the selector")]
    [InlineData("rate: { value: 0.50, clause: 龙工信规〔2025〕2号（二级：50%） }", "rate: { value: 50, clause: x, grade: C }", "rate", "at most 1")]
    [InlineData("cap: { value: 250000.00,", "cap: { value: -250000.00,", "cap.value", "not an amount")]
    [InlineData("cap: { value: 250000.00,", "cap: { value: 250000.005,", "cap.value", "not an amount")]
    [InlineData("openQuestion: Q24", "openQuestion: Q240", "advance.triggers.openQuestion", "n/s")]
    [InlineData("values: [third-party, official], openQuestion: Q25 }", "openQuestion: Q25, value: official }", "level.sources.value", "unknown key")]
    [InlineData("clause: 龙工信规〔2025〕2号（二级：50%）", "clause: 某文件（二级：50%）", "award.table[0].rate.grade", "the evidence grade is missing")]
    [InlineData("rate: { value: 0.50, clause: 龙工信规〔2025〕2号（二级：50%） }", "rate: { value: 0.50, openQuestion: Q14 }", "award.table[0].rate.clause", "the clause of the stated value is missing")]
    [InlineData("rate: { value: 0.50, clause: 龙工信规〔2025〕2号（二级：50%） }", "rate: { value: 0.50, clause: 龙工信规〔2025〕2号（二级：50%）, grade: D }", "award.table[0].rate.grade", "not one of A, B, C")]
    [InlineData("  - { document: 试点通知, grade: B }", "  - { document: 试点通知 }", "legalBasis[2].grade", "'grade' is missing")]
    [InlineData("effectiveSource: { clause: 龙岩市试点实施细则（2025-05-27） }", "", "effectiveSource", "the source of the days in force is missing")]
    [InlineData("legalBasis:", "legalBases:", "legalBasis", "no legal basis")]
    [InlineData("effectiveSource:", "advances:\n  rate: 1\neffectiveSource:", "advances", "unknown key 'advances'")]
    [InlineData("advance:", "provision:", "advance", "'advance' is missing")]
    [InlineData("  - { parameter: process.objectionDays, openQuestion: Q6,", "  - { parameter: process.objectionDays, openQuestion: six,", "open[0].openQuestion", "n/s where it has none")]
    public void A_wrong_text_is_refused_with_place_and_reason(string from, string to, string place, string reason)
    {
        var (text, line) = Changed(from, to);
        var fault = Sample.Read(text).Fault;
        Assert.Equal("rule_set.unreadable", fault?.Code);
        Assert.Contains(fault!.Details, d => d.Path.Contains(place, StringComparison.Ordinal) && d.Message.En.Contains(reason, StringComparison.Ordinal) && LineOf(d.Path) > 0);
        Assert.All(fault.Details, d => Assert.InRange(LineOf(d.Path), 1, 200));
        Assert.True(line > 0);
    }

    /// <summary>What reads well and cannot be meant, each in a shipped text, refused on the line of the change (or the next one, where a row is added).</summary>
    [Theory]
    [InlineData("longyan", "invoice: { from: 2024-10-18, to: 2026-12-31,", "invoice: { from: 2023-10-18, to: 2024-10-17,", "spend.invoice", "a gap that nothing can bridge")]
    [InlineData("longyan", "payment: { from: 2024-10-18,", "completion: { to: 2024-10-17, clause: 试点通知 }\n  payment: { from: 2024-10-18,", "spend.completion", "before that of contract begins")]
    [InlineData("longyan", "  payment: { from: 2024-10-18,", "  window: { openQuestion: n/s }\n  payment: { from: 2024-10-18,", "spend.window", "so it is not open")]
    [InlineData("quanzhou", "  window: { openQuestion: n/s }", "", "spend.window", "no window is stated")]
    [InlineData("quanzhou", "  window: { openQuestion: n/s }", "  window: { clause: 试点通知 }", "spend.window.openQuestion", "names its openQuestion")]
    [InlineData("quanzhou", "vat: { value: excluded,", "base: { value: contract, clause: 试点通知 }\n  vat: { value: excluded,", "spend.base", "no base without VAT")]
    [InlineData("hefei", "completionYear: 2025\n      levelFrom: 4", "completionYear: 2026\n      levelFrom: 4", "award.table", "level 4 of batch 2025 is not ruled: a gap")]
    [InlineData("hefei", "completionYear: 2025", "completionYear: 2027", "award.table", "a gap between the completion years")]
    [InlineData("nanchang", "batch: \"3\"", "batch: \"4\"", "award.table", "without a gap, but there is '4'")]
    [InlineData("nanchang", "batch: \"3\"", "batch: \"2\"", "award.table", "level 2 of batch 2 is ruled 2 times: a contradiction")]
    [InlineData("nanjing", "batch: 1, event: district-check", "batch: 2, event: district-check", "award.selector.cutOffs", "the last batch has none")]
    [InlineData("nanjing", "batch: 1, event: evaluation-done", "batch: 1, event: district-check", "award.selector.cutOffs", "doubled")]
    [InlineData("nanjing", "by: cut-offs", "by: assigned", "award.selector", "stand with the selector cut-offs")]
    [InlineData("nanjing", "    - levelFrom: 4\n      amount", "    - levelFrom: 5\n      amount", "award.topUps[0].levelFrom", "1 to 4")]
    [InlineData("hangzhou", "  rounding:", "  capPerEnterprise: { default: true, openQuestion: Q29 }\n  rounding:", "award.capPerEnterprise", "no row of the table has a cap")]
    [InlineData("liuzhou", "filingRequired: { value: true,", "filingRequired: { value: false,", "process.lateFilingAllowed", "no late filing")]
    [InlineData("liuzhou", "lateFilingAllowed: { value: true,", "lateFilingAllowed: { value: false,", "process.documents", "late filing is not allowed")]
    [InlineData("kunming", "codes: [project-archive, acceptance-form,", "codes: [project-archive, project-archive,", "process.documents[0].codes", "'project-archive' is doubled")]
    [InlineData("kunming", "monthsAfterCompletion: { value: 3,", "monthsAfterCompletion: { value: 121,", "process.acceptanceDeadline.monthsAfterCompletion", "at most 120 months")]
    [InlineData("changsha", "    late: waived", "    late: waived\n    closesAt: { value: \"2025-10-27T00:00:00+08:00\", clause: 试点通知 }", "process.claimWindow.closesAt", "not on the last day")]
    [InlineData("yinchuan", "projectsMax: { value: 1,", "projectsMax: { value: 0,", "eligibility.projectsMax", "at least one project")]
    [InlineData("songjiang", "shareMin: { value: 0.60,", "shareMax: { value: 0.50, clause: 试点通知 }\n      shareMin: { value: 0.60,", "spend.shares[0].shareMin", "above the upper")]
    [InlineData("songjiang", "      shareMin:", "      shareLeast:", "spend.shares[0].shareMin", "shareMin or shareMax is needed")]
    [InlineData("shenzhen-provider", "class: integrated, scoreFrom: 70", "class: integrated, scoreFrom: 60", "providerAward.bands[1].scoreFrom", "rise in score")]
    [InlineData("shenzhen-provider", "class: integrated, scoreFrom: 90", "class: integrated, scoreFrom: 100.5", "providerAward.bands[3].scoreFrom", "at most 100")]
    [InlineData("shenzhen-provider", "providerAward:", "advance: { openQuestion: n/s }\nproviderAward:", "advance", "has no 'advance'")]
    [InlineData("hebi-diagnosis", "  poolMode: { default: order, openQuestion: Q21 }", "", "diagnosis.poolMode", "how it is used up")]
    [InlineData("hebi-diagnosis", "pool: { value: 2000000.00,", "pool: { value: 4999.99,", "diagnosis.pool", "below the cap of one enterprise")]
    [InlineData("state-council-427", "personMax: { value: 50000.00,", "personMax: { value: 2999.99,", "penalty.rows[0].personMin", "the lower first")]
    [InlineData("state-council-427", "fineMax: { value: 0.50,", "fineMax: { value: 0.09,", "penalty.rows[0].fineMin", "above the upper")]
    [InlineData("state-council-427", "basis: misuse", "basis: fraud", "penalty.rows[1].basis", "ruled twice")]
    public void A_contradiction_or_a_gap_is_refused_with_line_and_reason(string id, string from, string to, string place, string reason)
    {
        var text = Encoding.UTF8.GetString(ShippedRuleSets.All.Single(s => s.Id == id).Bytes.AsSpan());
        var at = text.IndexOf(from, StringComparison.Ordinal);
        Assert.True(at >= 0, from);
        var fault = Sample.Read(text.Remove(at, from.Length).Insert(at, to)).Fault;
        Assert.Equal("rule_set.unreadable", fault?.Code);
        Assert.Contains(fault!.Details, d => d.Path.EndsWith($": {place}", StringComparison.Ordinal) && d.Message.En.Contains(reason, StringComparison.Ordinal) && LineOf(d.Path) > 1);
    }

    [Fact]
    public void A_fault_stands_on_its_line()
    {
        var text = Sample.LongyanText.Replace("cap: { value: 350000.00,", "cap: { value: -1,", StringComparison.Ordinal);
        var line = text[..text.IndexOf("value: -1", StringComparison.Ordinal)].Count(c => c == '\n') + 1;
        Assert.Equal(line, LineOf(Assert.Single(Sample.Read(text).Fault!.Details).Path));
    }

    [Fact]
    public void A_clause_has_the_grade_of_the_document_that_it_begins_with_or_its_own()
    {
        var set = ShippedRuleSets.All.Single(s => s.Id == "kunming");
        Assert.Equal((Grade.C, Grade.A, Grade.B), (set.Award!.Table[0].Cap!.Source.Grade!.Value, set.Process.AcceptanceDeadline!.Months.Source.Grade!.Value, set.Eligibility.Exclusions!.Source.Grade!.Value));
        Assert.Equal(Grade.C, ShippedRuleSets.All.Single(s => s.Id == "shenzhen-provider").ProviderAward!.Bands[0].Cap.Source.Grade);
        Assert.Null(set.Award.Mode.Source.Grade);
    }

    private static int LineOf(string path) => int.Parse(path.Split(' ')[1].TrimEnd(':'), System.Globalization.CultureInfo.InvariantCulture);

    [Theory]
    [InlineData("status: published", "status: published\nversion: 2")]
    [InlineData("pilotListed: {", "pilotListed: &a {")]
    [InlineData("pilotListed: { value: true", "pilotListed: { value: !!bool true")]
    [InlineData("pilotListed: { value: true", "pilotListed: { value: *a")]
    [InlineData("eligibility:", "eligibility: [")]
    public void What_is_no_plain_tree_is_refused_on_its_line(string from, string to)
    {
        var (text, line) = Changed(from, to);
        var fault = Sample.Read(text).Fault;
        Assert.Equal("rule_set.unreadable", fault?.Code);
        Assert.InRange(LineOf(fault!.Details[0].Path), line, line + 2);
    }

    /// <summary>What a spreadsheet, another system or an enemy makes of a rule text.</summary>
    [Theory]
    [InlineData("value: 250000.00", "value: 99999999999999999999999999999999.00", "not an amount")]
    [InlineData("value: 250000.00", "value: 2.5e5", "not an amount")]
    [InlineData("value: 250000.00", "value: 250,000.00", "")]
    [InlineData("value: 250000.00", "value: .inf", "not an amount")]
    [InlineData("value: 250000.00", "value: ２５００００", "not an amount")]
    [InlineData("value: 250000.00", "value: [250000.00, 1]", "a text of 1 to 2,000 characters")]
    [InlineData("version: 1", "version: 99999999999", "not a whole number")]
    [InlineData("version: 1", "version: 0x1", "not a whole number")]
    [InlineData("rate: { value: 0.50", "rate: { value: 0.50000000000000000000000001", "not a decimal")]
    [InlineData("eligibility:", "eligibility:\n\tsizeMax: medium", "")]
    [InlineData("eligibility:", "base: &x [1, 1]\nmore: [*x, *x, *x]\neligibility:", "anchors (&)")]
    [InlineData("eligibility:", "eligibility:\n  <<: *x", "aliases (*)")]
    [InlineData("  - levelFrom: 2\n", "  - levelFrom: 2\n      levelFrom: 3\n", "doubled")]
    [InlineData("2024-10-18, to: 2026-12-31", "2024-10-18, to: 2026-02-30", "not a day")]
    public void A_hostile_or_mangled_text_is_refused_with_its_line(string from, string to, string reason)
    {
        Assert.Contains(from, Sample.LongyanText, StringComparison.Ordinal);
        var fault = Sample.Read(Sample.LongyanText.Replace(from, to, StringComparison.Ordinal)).Fault!;

        Assert.Equal("rule_set.unreadable", fault.Code);
        Assert.Contains(fault.Details, d => d.Message.En.Contains(reason, StringComparison.Ordinal) && d.Path.StartsWith("line ", StringComparison.Ordinal));
    }

    [Fact]
    public void Line_ends_of_another_system_read_the_same_and_have_their_own_hash()
    {
        var read = Sample.Read(Sample.LongyanText.Replace("\n", "\r\n", StringComparison.Ordinal));

        Assert.True(read.Ok, read.Fault?.Message.En);
        Assert.NotEqual(Sample.Longyan.Hash, read.Value.Hash);
        Assert.Equal(Sample.Longyan.Award!.Table.Select(r => (r.Rate.Value, r.Cap!.Value)), read.Value.Award!.Table.Select(r => (r.Rate.Value, r.Cap!.Value)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("just words")]
    [InlineData("- a\n- b")]
    [InlineData("a: 1\n---\nb: 2")]
    [InlineData("{")]
    [InlineData("? [a]\n: 1")]
    [InlineData("\t")]
    public void A_text_that_is_no_mapping_is_refused(string text) => Assert.Equal("rule_set.unreadable", Sample.Read(text).Fault?.Code);

    [Fact]
    public void The_bound_on_the_size_is_60000_bytes()
    {
        var padding = new string('#', ReadRuleSet.BytesMax - Encoding.UTF8.GetByteCount(Sample.LongyanText));
        Assert.True(Sample.Read(Sample.LongyanText + padding).Ok);
        Assert.Contains("60001 bytes", Sample.Read(Sample.LongyanText + padding + "#").Fault!.Message.En, StringComparison.Ordinal);
    }

    [Fact]
    public void Deep_nesting_and_text_that_is_not_utf8_are_refused()
    {
        Assert.Contains("nested", Sample.Read("a: " + new string('[', 20_000)).Fault!.Message.En, StringComparison.Ordinal);
        Assert.Contains("UTF-8", ReadRuleSet.Read([0x61, 0xff]).Fault!.Message.En, StringComparison.Ordinal);
    }

    [Fact]
    public void The_hash_is_that_of_the_bytes_and_the_same_bytes_read_the_same()
    {
        var again = ReadRuleSet.Read(Sample.Longyan.Bytes.AsSpan()).Value;
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Sample.Longyan.Bytes.AsSpan())), again.Hash);
        Assert.NotEqual(again.Hash, Sample.Read(Sample.LongyanText + "#").Value.Hash);
    }

    [Fact]
    public void Open_points_are_listed_with_their_defaults()
    {
        Assert.Contains(Sample.Longyan.OpenPoints, p => p is { Parameter: "spend.vat", OpenQuestion: "Q4", Default: "unstated" });
        Assert.Contains(Sample.Longyan.OpenPoints, p => p is { Parameter: "process.publicityDays", OpenQuestion: "Q6", Default: "5" });
        Assert.Equal(5, Sample.Longyan.Process.PublicityDays!.Value);
    }

    [Fact]
    public void Whatever_bytes_are_damaged_the_reader_answers_and_never_throws()
    {
        var damage = Gen.Choose(0, Sample.Longyan.Bytes.Length - 1).SelectMany(at => Gen.Elements("{", "}", "[", ":", "\n", "&", "*", "!", "'", "\"", "-", "\t", "\0", "|", ">", "%", "@").Select(with => (at, with)));
        Prop.ForAll(damage.ToArbitrary(), d =>
        {
            var bytes = Sample.Longyan.Bytes.ToArray();
            bytes[d.at] = (byte)d.with[0];
            var read = ReadRuleSet.Read(bytes);
            return read.Ok || read.Fault.Code == "rule_set.unreadable";
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }
}
