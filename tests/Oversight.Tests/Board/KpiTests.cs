using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using PilotCity.Oversight.Board;

namespace PilotCity.Oversight.Tests.Board;

public sealed class KpiTests
{
    private static JsonObject File() => JsonNode.Parse(Resource())!.AsObject();

    [Fact]
    public void The_catalogue_holds_every_figure_of_the_programme_once()
    {
        Assert.Equal(36, Kpi.InOrder.Count);
        Assert.All(CountCases.Counts.Keys, id => Assert.Contains(id, Kpi.All.Keys));
        Assert.Equal(
            ["nc-processes", "rd-tools", "key-links-digital", "key-links-covered", "products", "models", "workshops", "provider-score", "monthly-saving"],
            Kpi.InOrder.Where(k => k.Awaits == "kpi-reports").Select(k => k.Id));
    }

    [Theory]
    [InlineData("id", "\"L4\"")]
    [InlineData("id", "\"unknown\"")] // nothing counts it
    [InlineData("id", "\"l4\"")] // stands there twice
    [InlineData("name", """{"zh":"","en":"x"}""")]
    [InlineData("formula", """{"zh":"x","en":""}""")]
    [InlineData("sources", "[]")]
    [InlineData("by", """["month","month"]""")]
    [InlineData("awaits", "\"kpi-reports\"")]
    public void A_catalogue_that_contradicts_itself_is_refused(string member, string value)
    {
        var file = File();
        file["kpis"]![0]![member] = JsonNode.Parse(value);

        Assert.Throws<FormatException>(() => Kpi.Read(Encoding.UTF8.GetBytes(file.ToJsonString())));
    }

    [Fact]
    public void A_catalogue_of_another_format_or_with_unknown_words_is_refused()
    {
        var other = File();
        other["format"] = "pilotcity-kpis@2";
        var word = File();
        word["kpis"]![0]!["kind"] = "guess";

        Assert.Throws<FormatException>(() => Kpi.Read(Encoding.UTF8.GetBytes(other.ToJsonString())));
        Assert.Throws<JsonException>(() => Kpi.Read(Encoding.UTF8.GetBytes(word.ToJsonString())));
        Assert.Equal(36, Kpi.Read(Encoding.UTF8.GetBytes(File().ToJsonString())).Count);
    }

    private static byte[] Resource()
    {
        using var stream = typeof(Kpi).Assembly.GetManifestResourceStream("Board/kpis.json")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
