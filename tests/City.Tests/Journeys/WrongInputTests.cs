using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using PilotCity.Defaults.Identity;
using PilotCity.Testing;

namespace PilotCity.City.Tests.Journeys;

/// <summary>What a careless or hostile client sends to the gateway: it is told what is wrong, and nothing is half-written.</summary>
[Collection(LiveCityGroup.Name)]
public sealed class WrongInputTests(LiveCity city)
{
    private const string Funds = "/api/funding/350800/funds";
    private const string Enterprises = "/api/registry/350800/enterprises";
    private const string Lists = "/api/registry/350800/pilot-lists?day=2026-01-01&name=x";
    private const string Workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    [Theory]
    [InlineData("""{"id":"w1","name":"n","source":"central","planned":"1.00","zz":1}""", "request.malformed", "field.unknown", "/zz")]
    [InlineData("""{"id":5,"name":"n","source":"central","planned":"1.00"}""", "request.malformed", "field.unreadable", "/id")]
    [InlineData("""{"id":"w1","id":"w2","name":"n","source":"central","planned":"1.00"}""", "request.malformed", "field.duplicate", "/id")]
    [InlineData("""{"id":"w1","name":"n","source":"central","planned":NaN}""", "request.malformed", "json.malformed", "/planned")]
    [InlineData("""{"id":"w1","name":"n","source":"central","planned":1e999}""", "request.malformed", "field.unreadable", "/planned")]
    [InlineData("""{"id":"w1","name":"n","source":"central","planned":"99999999999999999999999999"}""", "request.malformed", "field.unreadable", "/planned")]
    [InlineData("""{"id":"w1","name":"n","source":99,"planned":"1.00"}""", "request.malformed", "field.unreadable", "/source")]
    [InlineData("""{"id":"w1","name":"\ud800","source":"central","planned":"1.00"}""", "request.malformed", "field.unreadable", "/name")]
    [InlineData("""{"id":"w1","name":"a\u0000b","source":"central","planned":"1.00"}""", "request.malformed", "field.unreadable", "/name")]
    [InlineData("""{"id":"w1","name":"a\u202eb","source":"central","planned":"1.00"}""", "request.malformed", "field.unreadable", "/name")]
    [InlineData("""{"id":"../w1","name":"n","source":"central","planned":"1.00"}""", "fund.id", null, null)]
    [InlineData("""{"id":"w1","name":"n","source":"central","planned":"0.00"}""", "fund.planned", null, null)]
    [InlineData("null", "request.malformed", null, null)]
    [InlineData("[]", "request.malformed", "field.unreadable", "")]
    [InlineData("", "request.malformed", "json.malformed", "")]
    [InlineData("{", "request.malformed", "json.malformed", "")]
    [InlineData("{}", "request.malformed", "field.missing", "/id")]
    public async Task A_body_that_is_wrong_is_refused_with_its_place(string body, string code, string? detail, string? path)
    {
        var before = await FundsKnown();
        var answer = await city.As("finance-officer-1").Command(HttpMethod.Post, Funds, Encoding.UTF8.GetBytes(body), "application/json");

        Assert.Equal((400, code), await Refused.Code(answer));
        if (detail is not null)
        {
            var first = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("details")[0];
            Assert.Equal((detail, path), (first.GetProperty("code").GetString(), first.GetProperty("path").GetString()));
        }

        Assert.Equal(before, await FundsKnown());
    }

    [Fact]
    public async Task A_list_holds_no_null()
    {
        var answer = await city.As("finance-officer-1").Command(HttpMethod.Post, "/api/funding/350800/payment-batches", """{"awards":[null]}"""u8.ToArray(), "application/json");

        Assert.Equal((400, "request.malformed"), await Refused.Code(answer));
        Assert.Equal("field.unreadable", (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("details")[0].GetProperty("code").GetString());
    }

    [Theory]
    [InlineData(5_000)]
    [InlineData(33)]
    public async Task Deep_nesting_is_refused(int depth)
    {
        var body = Encoding.UTF8.GetBytes("{\"id\":" + new string('[', depth) + new string(']', depth) + "}");

        Assert.Equal((400, "request.malformed"), await Refused.Code(await city.As("finance-officer-1").Command(HttpMethod.Post, Funds, body, "application/json")));
    }

    [Fact]
    public async Task Bytes_that_are_no_UTF_8_are_refused()
    {
        byte[] body = [.. "{\"id\":\"w1\",\"name\":\""u8, 0xff, 0xfe, .. "\",\"source\":\"central\",\"planned\":\"1.00\"}"u8];

        Assert.Equal((400, "request.malformed"), await Refused.Code(await city.As("finance-officer-1").Command(HttpMethod.Post, Funds, body, "application/json")));
    }

    [Theory]
    [InlineData(null, "request.key_missing")]
    [InlineData("", "request.key_missing")]
    [InlineData("seven", "request.key_malformed")]
    [InlineData("{6f9619ff-8b86-d011-b42d-00c04fc964ff}", "request.key_malformed")]
    [InlineData("00000000-0000-0000-0000-000000000000", "request.key_malformed")]
    public async Task A_command_needs_a_key_of_its_own(string? key, string code)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Funds) { Content = new StringContent("{}", Encoding.UTF8, "application/json") };
        if (key is not null)
        {
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        }

        Assert.Equal((400, code), await Refused.Code(await city.As("finance-officer-1").SendAsync(request)));
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/octet-stream")]
    public async Task A_body_of_another_type_is_refused(string type)
    {
        Assert.Equal((415, "request.media_type"), await Refused.Code(await city.As("finance-officer-1").Command(HttpMethod.Post, Funds, "{}"u8.ToArray(), type)));
        Assert.Equal((415, "request.media_type"), await Refused.Code(await Nobody.PostAsync("/identity/token", new StringContent("""{"account":"auditor-1"}""", Encoding.UTF8, type))));
    }

    [Theory]
    [InlineData(Funds, "application/json", 5 << 20, false)]
    [InlineData(Funds, "application/json", 5 << 20, true)]
    [InlineData(Lists, Workbook, 22 << 20, false)]
    [InlineData(Lists, Workbook, 22 << 20, true)]
    public async Task A_body_above_the_bound_is_answered_even_to_a_client_that_sends_it_all_first(string path, string type, int bytes, bool chunked)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, city.Gateway.Port);
        await using var stream = socket.GetStream();
        var token = city.As(path == Funds ? "finance-officer-1" : "bureau-officer-1").DefaultRequestHeaders.Authorization;
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST {path} HTTP/1.1\r\nHost: city\r\nConnection: close\r\nAuthorization: {token}\r\nIdempotency-Key: {Guid.NewGuid():D}\r\nContent-Type: {type}\r\n{(chunked ? "Transfer-Encoding: chunked" : $"Content-Length: {bytes}")}\r\n\r\n"));
        var piece = new byte[1 << 16];
        for (var sent = 0; sent < bytes; sent += piece.Length)
        {
            if (chunked)
            {
                await stream.WriteAsync("10000\r\n"u8.ToArray());
            }

            await stream.WriteAsync(piece);
            if (chunked)
            {
                await stream.WriteAsync("\r\n"u8.ToArray());
            }
        }

        await stream.WriteAsync(chunked ? "0\r\n\r\n"u8.ToArray() : []);
        using var reader = new StreamReader(stream);
        var answer = await reader.ReadToEndAsync();

        Assert.StartsWith("HTTP/1.1 413", answer, StringComparison.Ordinal);
        Assert.Contains("\"request.too_large\"", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_workbook_that_is_none_is_refused_and_nothing_is_imported()
    {
        var good = Resource("longyan-pilot-list.xlsx");
        var before = await Known("/api/registry/350800/pilot-lists");
        foreach (var (bytes, status, code) in new (byte[], int, string)[]
        {
            ("hello"u8.ToArray(), 400, "workbook.not_a_workbook"),
            ([], 400, "workbook.not_a_workbook"),
            (good[..(good.Length / 2)], 400, "workbook.truncated"),
            (Zip(("a.txt", 1)), 400, "workbook.not_a_workbook"),
            (Zip(("[Content_Types].xml", 1), ("xl/workbook.xml", 300_000_000)), 413, "workbook.too_large"),
            (good, 409, "pilot_list.already_imported"),
        })
        {
            Assert.Equal((status, code), await Refused.Code(await city.As("bureau-officer-1").Command(HttpMethod.Post, Lists, bytes, Workbook)));
        }

        Assert.Equal(before, await Known("/api/registry/350800/pilot-lists"));
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=201")]
    [InlineData("limit=99999999999")]
    [InlineData("limit=1&limit=2")]
    [InlineData("after=%20")]
    [InlineData("zz=1")]
    [InlineData("Uscc=1")]
    [InlineData("q=%00")]
    [InlineData("q=a%E2%80%AEb")]
    [InlineData("uscc=%01")]
    [InlineData("%00=1")]
    public async Task A_question_that_is_wrong_is_refused(string query) =>
        Assert.Equal((400, "request.query"), await Refused.Code(await city.As("auditor-1").GetAsync($"{Enterprises}?{query}")));

    [Theory]
    [InlineData("q=%25")]
    [InlineData("q=_")]
    [InlineData("q='%20OR%201=1%20--")]
    [InlineData("q=%5C")]
    [InlineData("q=%22;%20DROP%20TABLE%20entry;--")]
    [InlineData("name=%25")]
    [InlineData("uscc='%20OR%20'1'='1")]
    public async Task Signs_of_the_database_s_language_mean_themselves(string query)
    {
        var found = await (await city.As("auditor-1").GetAsync($"{Enterprises}?{query}")).Json();

        Assert.Equal(0, found.GetProperty("total").GetInt32());
        foreach (var path in new[] { "/api/performance/350800/projects?provider=%25", "/api/performance/350800/projects?provider=_", "/api/oversight/350800/trail?award=%25" })
        {
            var answer = await city.As("auditor-1").GetAsync(path);
            Assert.True(!answer.IsSuccessStatusCode || (await answer.Json()).GetProperty("total").GetInt32() == 0, path);
        }
    }

    [Theory]
    [InlineData("0001-01-01T00:00:00Z")]
    [InlineData("9999-12-31T23:59:59Z")]
    [InlineData("9999-12-31T23:59:59-14:00")]
    [InlineData("2026-01-01T00:00:00")]
    [InlineData("2026-02-30T00:00:00Z")]
    [InlineData("now")]
    [InlineData("")]
    public async Task An_instant_that_is_none_is_refused(string asOf)
    {
        foreach (var path in new[] { $"{Enterprises}/91350800MA0041E869", $"/api/performance/350800/projects/{city.Projects[0]}", $"/api/funding/350800/awards/{city.Projects[0]}", $"/api/funding/350800/funds/central-2025" })
        {
            Assert.Equal((400, "request.query"), await Refused.Code(await city.As("auditor-1").GetAsync($"{path}?asOf={asOf}")));
        }
    }

    [Theory]
    [InlineData("1970-01-01T00:00:00Z", 404)]
    [InlineData("2026-01-01T00:00:00%2B08:00", 200)]
    [InlineData("9000-12-31T23:59:59.9999999Z", 200)]
    public async Task A_noun_is_asked_for_at_any_time(string asOf, int status)
    {
        foreach (var path in new[] { $"/api/performance/350800/projects/{city.Projects[0]}", "/api/funding/350800/funds/central-2025" })
        {
            Assert.Equal(status, (int)(await city.As("auditor-1").GetAsync($"{path}?asOf={asOf}")).StatusCode);
        }
    }

    [Fact]
    public async Task Names_of_things_that_are_not_there_are_just_unknown()
    {
        foreach (var name in new[] { "..%2f..%2fx", "%01", "%E2%80%AE", "%ff", "%ED%A0%80", "'%20OR%201=1", "%EF%BC%991350800959232055D", "91350800ma0041e869", "91350800MA0041E869%20", new string('x', 4_000) })
        {
            foreach (var path in new[]
            {
                $"{Enterprises}/{name}", $"/api/performance/350800/projects/{name}", $"/api/funding/350800/awards/{name}", $"/api/funding/350800/payment-batches/{name}",
                $"/api/oversight/350800/receipts/awards/{name}", $"/api/oversight/350800/tile/{name}", $"/api/assessment/350800/assessments/{name}", $"/api/assessment/350800/instruments/{name}", $"/api/funding/350800/rule-sets/{name}",
                $"/api/performance/350800/invoices/{name}", $"/api/performance/350800/providers/{name}", $"/api/performance/350800/evidence/{name}",
            })
            {
                var (status, code) = await Refused.Code(await city.As("auditor-1").GetAsync(path));
                Assert.True(status == 404 || code == "evidence.hash_malformed", $"{path}: {status} {code}");
            }
        }
    }

    [Theory]
    [InlineData("\"x\"")]
    [InlineData("W/\"1\"")]
    [InlineData("99999999999999999999")]
    [InlineData("-1")]
    [InlineData("\"1\", \"2\"")]
    public async Task A_version_that_was_never_read_is_stale(string version)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/funding/350800/awards/{city.Projects[0]}/publicity") { Content = new StringContent("""{"where":"x"}""", Encoding.UTF8, "application/json") };
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        request.Headers.TryAddWithoutValidation("If-Match", version);

        Assert.Equal((412, "request.stale"), await Refused.Code(await city.As("bureau-officer-1").SendAsync(request)));
    }

    [Theory]
    [InlineData("OPTIONS")]
    [InlineData("TRACE")]
    [InlineData("DELETE")]
    [InlineData("PATCH")]
    [InlineData("BREW")]
    public async Task Other_methods_are_refused(string method) =>
        Assert.Equal((405, "route.method"), await Refused.Code(await city.As("auditor-1").SendAsync(new HttpRequestMessage(new HttpMethod(method), Enterprises))));

    [Theory]
    [InlineData(null, false)]
    [InlineData("zh-CN", false)]
    [InlineData("fr", false)]
    [InlineData("en;q=0", false)]
    [InlineData(";;;q=x", false)]
    [InlineData("en-GB", true)]
    [InlineData("zh;q=0.1, en;q=0.9", true)]
    public async Task Refusals_are_Chinese_unless_English_is_asked_for_first(string? language, bool english)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Enterprises}/none");
        request.Headers.TryAddWithoutValidation("Accept-Language", language);
        var detail = (await (await city.As("auditor-1").SendAsync(request)).Json(404)).GetProperty("detail").GetString()!;

        Assert.Equal(english, detail.All(char.IsAscii));
    }

    [Fact]
    public async Task A_token_that_is_not_ours_is_none()
    {
        var good = city.As("auditor-1").DefaultRequestHeaders.Authorization!.Parameter!.Split('.');
        using var foreign = new TemporaryFolder();
        using var issuer = DemonstrationIssuer.Open(foreign.Path, TimeProvider.System);
        var none = $"{Base64("{\"alg\":\"none\",\"typ\":\"JWT\"}")}.{good[1]}.";
        var claims = Encoding.UTF8.GetString(Convert.FromBase64String(Padded(good[1])));
        foreach (var token in new[]
        {
            "x", "a.b.c", none, $"{good[0]}.{good[1]}.", $"{good[0]}.{Base64(claims.Replace("auditor", "operator", StringComparison.Ordinal))}.{good[2]}",
            $"{Base64("{\"alg\":\"HS256\",\"typ\":\"JWT\"}")}.{good[1]}.{Hmac(good[1])}", issuer.Token("auditor-1", "350800-audit", "350800", Role.Auditor), new string('y', 6_000),
        })
        {
            Assert.Equal((401, "request.unauthenticated"), await Refused.Code(await city.Client(token).GetAsync(Enterprises)));
        }

        Assert.Equal((401, "request.unauthenticated"), await Refused.Code(await Nobody.GetAsync(Enterprises)));
    }

    [Fact]
    public async Task A_spreadsheet_runs_nothing_that_a_name_says()
    {
        var made = await city.As("finance-officer-1").Command(HttpMethod.Post, Funds, new { id = "formula", name = "=HYPERLINK(\"http://evil\")", source = "central", planned = "1.00" });
        Assert.True((int)made.StatusCode is 201 or 409, await made.Content.ReadAsStringAsync());

        using var request = new HttpRequestMessage(HttpMethod.Get, Funds);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/csv"));
        var csv = await (await city.As("auditor-1").SendAsync(request)).Content.ReadAsStringAsync();
        Assert.DoesNotMatch("(^|[,\"\n])[=+@]", csv);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[")]
    [InlineData("""{"account":5}""")]
    [InlineData("""{"account":"nobody"}""")]
    [InlineData("""{"role":"bureau-officer","org":"350800-bureau"}""")]
    [InlineData("""{"role":"service","org":"91350800MA0041E869"}""")]
    [InlineData("""{"role":"enterprise","org":"91350800MA0041E869\n"}""")]
    [InlineData("""{"account":"operator-1","city":"350801"}""")]
    public async Task Nobody_signs_in_as_what_he_is_not(string body)
    {
        var (status, code) = await Refused.Code(await Nobody.PostAsync("/identity/token", new StringContent(body, Encoding.UTF8, "application/json")));

        Assert.True(status is 400 or 404 && code is "request.malformed" or "account.unreadable" or "account.unknown", $"{status} {code}");
    }

    [Fact]
    public async Task The_first_page_answers_HEAD_too() =>
        Assert.Equal(HttpStatusCode.OK, (await Nobody.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/"))).StatusCode);

    private HttpClient Nobody => city.Client(null);

    private async Task<int> FundsKnown() => await Known(Funds);

    private async Task<int> Known(string list) => (await (await city.As("auditor-1").GetAsync($"{list}?limit=1")).Json()).GetProperty("total").GetInt32();

    private static byte[] Resource(string name)
    {
        using var stream = typeof(OneProcess).Assembly.GetManifestResourceStream(name)!;
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }

    private static byte[] Zip(params (string Name, int Bytes)[] parts)
    {
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create))
        {
            var blank = new byte[1 << 20];
            foreach (var (name, bytes) in parts)
            {
                using var part = zip.CreateEntry(name, CompressionLevel.Fastest).Open();
                for (var left = bytes; left > 0; left -= blank.Length)
                {
                    part.Write(blank, 0, Math.Min(left, blank.Length));
                }
            }
        }

        return memory.ToArray();
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text)).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private static string Padded(string text) => text.Replace('-', '+').Replace('_', '/').PadRight((text.Length + 3) / 4 * 4, '=');

    private static string Hmac(string text) => Convert.ToBase64String(HMACSHA256.HashData("public key"u8, Encoding.UTF8.GetBytes(text)));
}
