using System.Text.Json;

namespace PilotCity.Defaults.Tests;

public sealed class RequestFaultsTests
{
    [Theory]
    [InlineData(399, null)]
    [InlineData(400, "request.malformed")]
    [InlineData(401, "request.unauthenticated")]
    [InlineData(403, "request.forbidden")]
    [InlineData(404, "route.unknown")]
    [InlineData(405, "route.method")]
    [InlineData(406, "request.not_acceptable")]
    [InlineData(408, "request.timed_out")]
    [InlineData(413, "request.too_large")]
    [InlineData(415, "request.media_type")]
    [InlineData(429, "request.too_many")]
    [InlineData(499, "request.malformed")]
    [InlineData(500, null)]
    [InlineData(502, "peer.unavailable")]
    [InlineData(503, "peer.unavailable")]
    [InlineData(504, "request.timed_out")]
    public void A_bare_status_has_its_fault(int status, string? code) => Assert.Equal(code, RequestFaults.OfStatus(status)?.Code);

    [Theory]
    [InlineData(null, "")]
    [InlineData("$", "")]
    [InlineData("$.lines[3].category", "/lines/3/category")]
    [InlineData("$['odd name'].a", "/odd name/a")]
    [InlineData("$['a/b~c']", "/a~1b~0c")]
    public void A_place_is_a_JSON_pointer(string? path, string pointer) => Assert.Equal(pointer, RequestFaults.Pointer(path));

    [Theory]
    [InlineData("""{"name":"a","amount":"1.00","other":1}""", "/other", "field.unknown")]
    [InlineData("""{"name":"a","amount":"1.00","lines":[{"kind":"x"},{"nought":1}]}""", "/lines/1/nought", "field.unknown")]
    [InlineData("""{"amount":"1.00"}""", "/name", "field.missing")]
    [InlineData("""{"name":null,"amount":"1.00"}""", "/name", "field.unreadable")]
    [InlineData("""{"name":1,"amount":"1.00"}""", "/name", "field.unreadable")]
    [InlineData("""{"name":"a","amount":1.005}""", "/amount", "field.unreadable")]
    [InlineData("""{"name":"a","name":"b","amount":"1.00"}""", "/name", "field.duplicate")]
    [InlineData("""{"name":"a",""", "", "json.malformed")]
    [InlineData("", "", "json.malformed")]
    [InlineData("not json", "", "json.malformed")]
    [InlineData("[]", "", "field.unreadable")]
    public void A_body_that_cannot_be_read_says_where_and_why_without_our_types(string body, string path, string code)
    {
        var exception = Assert.ThrowsAny<JsonException>(() => JsonSerializer.Deserialize<Form>(body, Json.Strict));

        var fault = RequestFaults.OfJson(exception);

        Assert.Equal("request.malformed", fault.Code);
        var detail = Assert.Single(fault.Details);
        Assert.Equal((path, code), (detail.Path, detail.Code));
        Assert.DoesNotContain("PilotCity", detail.Message.En, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", detail.Message.En, StringComparison.Ordinal);
    }

    [Fact]
    public void A_converter_of_ours_says_in_both_languages_what_it_wants()
    {
        var exception = Assert.ThrowsAny<JsonException>(() => JsonSerializer.Deserialize<Form>("""{"name":"a","amount":"1.005"}""", Json.Strict));

        var detail = Assert.Single(RequestFaults.OfJson(exception).Details);

        Assert.Contains("yuan", detail.Message.En, StringComparison.Ordinal);
        Assert.Contains("元", detail.Message.Zh, StringComparison.Ordinal);
    }

    private sealed record Form(string Name, Money Amount, IReadOnlyList<Line>? Lines = null);

    private sealed record Line(string? Kind = null);
}
