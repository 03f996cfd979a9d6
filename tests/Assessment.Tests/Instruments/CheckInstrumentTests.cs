using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using PilotCity.Assessment.Instruments;

namespace PilotCity.Assessment.Tests.Instruments;

/// <summary>Every figure of a shipped file is held by some other: whichever is changed, the file is refused, and the problem stands on its line or at what it no longer fits.</summary>
public sealed partial class CheckInstrumentTests
{
    private static readonly string[] Held = ["weight", "weightPercent", "maximum", "score", "share"];

    public static TheoryData<string> Shipped() => [.. ShippedInstruments.All.Select(i => i.Reference), "quadrants", "no-levels", "industry-outcome-2"];

    internal static byte[] Document(string name) => ShippedInstruments.Find(name) is { Ok: true } shipped
        ? shipped.Value.Document.ToArray()
        : File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "instruments", $"{name}.json"));

    internal static Instrument Read(string name) => ReadInstrument.Read(name, Document(name)).Value;

    [Theory]
    [MemberData(nameof(Shipped))]
    public void Whichever_weight_maximum_or_score_is_changed_is_found_where_it_stands(string name)
    {
        var document = Document(name);
        var places = JsonPlaces.Of(document);
        foreach (var pointer in Pointers(document).Where(p => Held.Contains(p[(p.LastIndexOf('/') + 1)..]) && !p.EndsWith("/number/maximum", StringComparison.Ordinal)))
        {
            var place = places.Find(pointer)!.Value;
            var value = Encoding.UTF8.GetString(document.AsSpan(place.Start, place.End - place.Start)).Trim('"');
            var item = places.Find($"{Parent(Parent(Parent(pointer)))}/scored");
            if (value == "null" || (pointer.EndsWith("/share", StringComparison.Ordinal) && item?.Kind == JsonTokenType.False))
                continue; // A share of an item that is not scored is a share of nothing.
            var other = pointer.EndsWith("/share", StringComparison.Ordinal) ? value == "1/3" ? "2/3" : "1/3" : (decimal.Parse(value, CultureInfo.InvariantCulture) + 0.5m).ToString(CultureInfo.InvariantCulture);
            var fault = ReadInstrument.Read(name, Exchanged(document, place, $"\"{other}\"")).Fault;
            Assert.True(fault is not null, $"{pointer}: {value} became {other} and nobody noticed");

            // At the value, beside it in the same object, or at the list or object that holds it.
            Assert.True(
                fault.Details.Any(d => Parent(d.Path) == Parent(pointer) || pointer.StartsWith(d.Path + "/", StringComparison.Ordinal)),
                $"{pointer}: {string.Join("; ", fault.Details.Select(d => $"{d.Path} {d.Message.En}"))}");
        }
    }

    [Theory]
    [MemberData(nameof(Shipped))]
    public void A_value_of_another_kind_is_refused_on_its_line_and_column(string name)
    {
        var document = Document(name);
        var places = JsonPlaces.Of(document);
        var lines = Encoding.UTF8.GetString(document).Split('\n');
        foreach (var pointer in Pointers(document).Where(p => (Held.Contains(p[(p.LastIndexOf('/') + 1)..]) && !p.EndsWith("/share", StringComparison.Ordinal)) || p.EndsWith("/type", StringComparison.Ordinal) || p.EndsWith("/scored", StringComparison.Ordinal)).Where((_, i) => i % 7 == 0))
        {
            foreach (var value in new[] { "[]", "\"NaN\"", "-1", "\"1e1\"", "\"999999999999999999999\"" })
            {
                var place = places.Find(pointer)!.Value;
                var detail = Assert.Single(ReadInstrument.Read(name, Exchanged(document, place, value)).Fault!.Details);
                Assert.Equal((pointer, "instrument.malformed"), (detail.Path, detail.Code));
                var (line, column) = LineOf(detail.Message.En);
                Assert.StartsWith("\"", Encoding.UTF8.GetString(document.AsSpan(place.Start, 1)) is "\"" ? lines[line - 1][(column - 1)..] : "\"", StringComparison.Ordinal);
                Assert.Contains($"\"{pointer[(pointer.LastIndexOf('/') + 1)..]}\":", lines[line - 1], StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData("{\n  \"id\": \"a\",\n  \"id\": \"b\"}", "/id", 3, 3)]
    [InlineData("{\n \"数\": tru}", "/数", 2, 10)]
    [InlineData("{\n \"x\": NaN}", "/x", 2, 7)]
    [InlineData("{\"x\": 1,}", "/x", 1, 9)]
    [InlineData("{\"x\": \"\\ud800\"}", "/x", 1, 7)]
    [InlineData("{\"\\ud800\": 1}", "", 1, 2)]
    [InlineData("{} {}", "", 1, 4)]
    [InlineData("\uFEFF{}", "", 1, 1)]
    [InlineData("{\"x\": \"a\u0000\"}", "/x", 1, 9)]
    public void What_is_no_json_is_refused_on_its_line_and_column(string text, string path, int line, int column)
    {
        var detail = Assert.Single(ReadInstrument.Read("test", Encoding.UTF8.GetBytes(text)).Fault!.Details);
        Assert.Equal(("instrument.malformed", path, (line, column)), (detail.Code, detail.Path, LineOf(detail.Message.En)));
    }

    [Fact]
    public void A_file_that_goes_too_deep_or_holds_what_is_no_utf8_is_refused()
    {
        Assert.Contains("deeper", ReadInstrument.Read("test", Encoding.UTF8.GetBytes(new string('[', 100_000))).Fault!.Details[0].Message.En, StringComparison.Ordinal);
        Assert.Contains("no valid text", ReadInstrument.Read("test", (byte[])[.. "{\"x\": \""u8, 0xC3, 0x28, .. "\"}"u8]).Fault!.Details[0].Message.En, StringComparison.Ordinal);
        Assert.Equal("instrument.invalid", ReadInstrument.Read("test", (byte[])[0xFF, 0xFE, 0x7B, 0x00]).Fault?.Code);
    }

    [Theory]
    [InlineData("miit-2024", "/levelRule/rows/0/minScoreInclusive", "false", null)]
    [InlineData("miit-2024", "/levelRule/rows/0/minScore", "\"100\"", null)]
    [InlineData("miit-2024", "/levelRule/rows/3/level", "-1", "/levelRule/rows/3/level")]
    [InlineData("miit-2024", "/levelRule/none/level", "-1", "/levelRule/none/level")]
    [InlineData("miit-2024", "/levelRule/none/level", "1", "/levelRule/none/level")]
    [InlineData("miit-2024", "/levelRule/rows/1/minScenarios", "-1", "/levelRule/rows/1/minScenarios")]
    [InlineData("miit-2024", "/operations/scenarios/0/link", "\"nowhere\"", "/operations/scenarios/0/link")]
    [InlineData("miit-2024", "/dimensions/0/groups/0/indicators/1/items/0/options/1/range", "null", "/dimensions/0/groups/0/indicators/1/items/0/options/1")]
    [InlineData("miit-2024", "/facts/0/items/0", "\"Q99\"", "/facts/0/items/0")]
    [InlineData("tencent-process", "/levelRule/none", """{"level": 0, "name": {"zh": "无", "en": "none"}}""", "/levelRule/none")]
    [InlineData("tencent-process", "/levelRule/rows/1/minScore", "\"90\"", "/levelRule/rows/1/minScore")]
    [InlineData("lenovo-stages", "/crossWalk/0/levels", """{"9": "1"}""", "/crossWalk/0/levels/9")]
    [InlineData("lenovo-stages", "/crossWalk/0/levels", """{"1": "about 1"}""", "/crossWalk/0/levels/1")]
    [InlineData("lenovo-stages", "/crossWalk/0/to", "\"lenovo-stages\"", "/crossWalk/0/to")]
    [InlineData("quadrants", "/levelRule/axes/0/cuts/0", "\"41\"", "/levelRule/axes/0/cuts/0")]
    [InlineData("quadrants", "/levelRule/axes/0/cuts/0", "\"40\"", null)]
    [InlineData("quadrants", "/levelRule/axes/0/cuts/0", "\"0\"", "/levelRule/axes/0/cuts/0")]
    [InlineData("quadrants", "/levelRule/axes/0/cuts", "[]", "/levelRule/axes/0/cuts")]
    [InlineData("quadrants", "/levelRule/axes/1/dimensions/0", "\"intensity\"", "/levelRule/axes/1/dimensions/0")]
    [InlineData("quadrants", "/levelRule/axes/1/dimensions", "[]", "/levelRule/axes")]
    [InlineData("quadrants", "/levelRule/zones/1/at", "[0, 0]", "/levelRule/zones/1/at")]
    [InlineData("quadrants", "/levelRule/zones/1/at", "[2, 0]", "/levelRule/zones/1/at")]
    [InlineData("quadrants", "/levelRule/zones/1/at", "[1]", "/levelRule/zones/1/at")]
    [InlineData("quadrants", "/levelRule/zones/1/id", "\"beginner\"", "/levelRule/zones/1/id")]
    [InlineData("quadrants", "/levelRule/kind", "\"none\"", "/levelRule/axes")]
    [InlineData("no-levels", "/levelRule/kind", "\"zones\"", "/levelRule/axes")]
    [InlineData("no-levels", "/levelRule/none", """{"level": 0, "name": {"zh": "无", "en": "none"}}""", "/levelRule/rows")]
    [InlineData("industry-outcome-2", "/outcomes/industryItem", "\"O2\"", "/outcomes/industryItem")]
    [InlineData("industry-outcome-2", "/outcomes/yearFact", "\"pass-rate\"", "/outcomes/yearFact")]
    [InlineData("industry-outcome-2", "/outcomes/indicators/1/denominator", "\"nothing\"", "/outcomes/indicators/1/denominator")]
    [InlineData("industry-outcome-2", "/outcomes/indicators/1/times", "0", "/outcomes/indicators/1/times")]
    [InlineData("industry-outcome-2", "/outcomes/averages/1/indicator", "\"pass-rate\"", "/outcomes/averages/1")]
    [InlineData("industry-outcome-2", "/outcomes/averages/1/industry", "\"C12\"", "/outcomes/averages/1/industry")]
    [InlineData("industry-outcome-2", "/outcomes/averages/1/year", "25", "/outcomes/averages/1/year")]
    [InlineData("industry-outcome-2", "/outcomes/averages/1/n", "0", "/outcomes/averages/1/n")]
    [InlineData("industry-outcome-2", "/outcomes/averages/1/source", "\" \"", "/outcomes/averages/1/source")]
    [InlineData("industry-outcome-2", "/outcomes/averages/1/value", "\"-1\"", "/outcomes/averages/1/value")]
    public void What_nobody_can_reach_or_what_leads_nowhere_is_refused(string name, string place, string value, string? path)
    {
        var fault = ReadInstrument.Read(name, Changed(name, place, value)).Fault;
        if (path is null)
            Assert.Null(fault);
        else
            Assert.Contains(path, fault!.Details.Select(d => d.Path));
    }

    [Fact]
    public void An_exclusive_threshold_at_the_maximum_is_reached_by_nobody()
    {
        var document = Changed("miit-2024", "/levelRule/rows/0/minScore", "\"100\"");
        Assert.True(ReadInstrument.Read("test", document).Ok);
        var text = Encoding.UTF8.GetString(document);
        var first = text.IndexOf("\"minScoreInclusive\":true", StringComparison.Ordinal);
        var exclusive = string.Concat(text.AsSpan(0, first), "\"minScoreInclusive\":false", text.AsSpan(first + "\"minScoreInclusive\":true".Length));
        Assert.Contains("/levelRule/rows/0/minScore", ReadInstrument.Read("test", Encoding.UTF8.GetBytes(exclusive)).Fault!.Details.Select(d => d.Path));
    }

    internal static byte[] Changed(string name, string place, string value) => ReadInstrumentTests.Changed(Document(name), place, value);

    private static byte[] Exchanged(byte[] document, JsonPlace place, string value) => [.. document[..place.Start], .. Encoding.UTF8.GetBytes(value), .. document[place.End..]];

    private static string Parent(string pointer) => pointer.LastIndexOf('/') is var slash and >= 0 ? pointer[..slash] : "";

    private static (int Line, int Column) LineOf(string message)
    {
        var match = Place().Match(message);
        return (int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture));
    }

    private static List<string> Pointers(byte[] document)
    {
        using var json = JsonDocument.Parse(document);
        var all = new List<string>();
        Walk(json.RootElement, "");
        return all;

        void Walk(JsonElement element, string here)
        {
            all.Add(here);
            if (element.ValueKind == JsonValueKind.Object)
            {
                foreach (var property in element.EnumerateObject().Where(p => here.Length > 0 || p.Name == "dimensions"))
                    Walk(property.Value, $"{here}/{property.Name}");
            }
            else if (element.ValueKind == JsonValueKind.Array)
            {
                for (var i = 0; i < element.GetArrayLength(); i++)
                    Walk(element[i], $"{here}/{i}");
            }
        }
    }

    [GeneratedRegex("^line ([0-9]+), column ([0-9]+): ")]
    private static partial Regex Place();
}
