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
    [InlineData("vat: { default: unstated, openQuestion: Q4 }", "vat: { default: unstated, clause: x }", "spend.vat.default", "openQuestion")]
    [InlineData("vat: { default: unstated, openQuestion: Q4 }", "vat: { default: unstated, openQuestion: four }", "spend.vat.openQuestion", "Q4")]
    [InlineData("contract: { from: 2024-10-18, to: 2026-12-31,", "contract: { from: 2027-10-18, to: 2026-12-31,", "spend.contract.from", "after to")]
    [InlineData("eligible: true, openQuestion: Q18 }", "eligible: true }", "clause", "the clause is missing")]
    [InlineData("[implementation]", "[implementation, cloud]", "codes", "ruled twice")]
    [InlineData("[terminal, data-storage]", "[terminal]", "spend.categories", "DataStorage is not ruled")]
    [InlineData("levelFrom: 3\n      levelTo: 3", "levelFrom: 3\n      levelTo: 4", "award.table", "level 4 of batch - is ruled 2 times: a contradiction")]
    [InlineData("levelFrom: 4\n      levelTo: 4", "levelFrom: 3\n      levelTo: 3", "award.table", "level 4 of batch - is not ruled: a gap")]
    [InlineData("levelFrom: 2\n      levelTo: 2", "levelFrom: 2\n      levelTo: 2\n      batch: \"1\"", "award.table", "agree with the selector")]
    [InlineData("rate: { value: 0.50, clause: 龙工信规〔2025〕2号（二级：50%） }", "rate: { value: 50, clause: x }", "rate", "at most 1")]
    [InlineData("cap: { value: 250000.00,", "cap: { value: -250000.00,", "cap.value", "not an amount")]
    [InlineData("cap: { value: 250000.00,", "cap: { value: 250000.005,", "cap.value", "not an amount")]
    public void A_wrong_text_is_refused_with_place_and_reason(string from, string to, string place, string reason)
    {
        var (text, line) = Changed(from, to);
        var fault = Sample.Read(text).Fault;
        Assert.Equal("rule_set.unreadable", fault?.Code);
        Assert.Contains(fault!.Details, d => d.Path.Contains(place, StringComparison.Ordinal) && d.Message.En.Contains(reason, StringComparison.Ordinal) && LineOf(d.Path) > 0);
        Assert.All(fault.Details, d => Assert.InRange(LineOf(d.Path), 1, 200));
        Assert.True(line > 0);
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
