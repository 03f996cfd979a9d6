using System.IO.Compression;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Workbooks;
using PilotCity.Oversight.Checkpoints;
using PilotCity.Oversight.Exports;
using PilotCity.Testing;

namespace PilotCity.Oversight.Tests.Exports;

/// <summary>Exported trails over HTTP, checked as somebody does who has nothing else; then changed in every part, by somebody who makes the manifest fit.</summary>
public sealed class VerifyExportTests : IAsyncLifetime
{
    private const string Root = $"/api/oversight/{TestService.City}";
    private TestService service = null!;
    private HttpClient auditor = null!;

    /// <summary>More than a tile of entries, every third about the enterprise; one says a formula.</summary>
    private readonly Chronicle registry = Enumerable.Range(0, 700).Aggregate(new Chronicle("registry"), (log, i) => log.Add(
        $"enterprise/E{i % 3}", i < 3 ? "EnterpriseListed" : "EnterpriseRelisted", new { enterprise = $"E{i % 3}", reason = i == 300 ? "=HYPERLINK(\"http://x\")" : $"理由 {i}\n<b>" }));

    public async Task InitializeAsync()
    {
        service = await TestService.Start(OversightService.Build, settings: OversightServiceTests.Settings);
        await OversightLog.Take(service.App.Services.GetRequiredService<ServiceLog>(), registry.Entries);
        auditor = service.As(Role.Auditor);
    }

    public async Task DisposeAsync() => await service.DisposeAsync();

    [Theory]
    [InlineData("enterprise=E0", 234)]
    [InlineData("enterprise=E1&type=EnterpriseListed", 1)]
    [InlineData("enterprise=E9", 0)]
    [InlineData("actor=u-1", 700)]
    [InlineData("enterprise=E2&from=2026-01-01T00:05:00Z&until=2026-01-01T00:08:20Z&limit=1", 67)]
    public async Task An_export_holds_by_itself_and_by_the_city_s_key(string query, int entries)
    {
        var export = await Export(query);
        var key = VerifierKey.Parse((await auditor.GetStringAsync($"{Root}/key")).Trim()).Value;

        var verified = await VerifyExport.Check(new MemoryStream(export), key, default);

        Assert.True(verified.Ok, verified.Ok ? "" : verified.Fault.Message.En);
        Assert.Equal((entries, 700, true), (verified.Value.Manifest.Entries, verified.Value.Checkpoint.Size, verified.Value.KeyWasGiven));
        Assert.False((await VerifyExport.Check(new MemoryStream(export), null, default)).Value.KeyWasGiven);
    }

    [Fact]
    public async Task A_tree_of_one_entry_and_an_empty_tree_have_exports_too()
    {
        await using var small = await TestService.Start(OversightService.Build, settings: OversightServiceTests.Settings);
        Assert.Null(await Refusal(await Export("enterprise=E0", small.As(Role.Auditor))));

        await OversightLog.Take(small.App.Services.GetRequiredService<ServiceLog>(), registry.Entries[..1]);
        Assert.Null(await Refusal(await Export("enterprise=E0", small.As(Role.Auditor))));
    }

    [Fact]
    public async Task The_manifest_says_what_was_asked_and_every_line_its_entry()
    {
        var export = await Export("enterprise=E0&from=2026-01-01&until=2026-01-02&trueAt=2026-01-01T00:02:00Z&asOf=2026-01-01T00:01:40Z&service=registry", language: "en");
        var manifest = Json(Part(export, "manifest.json"));
        var query = manifest["query"]!;

        Assert.Equal("enterprise E0 registry", $"{query["subjects"]![0]!["kind"]} {query["subjects"]![0]!["id"]} {query["service"]}");
        Assert.Equal("2025-12-31T16:00:00+00:00 2026-01-02T15:59:59.999999+00:00 2026-01-01T00:01:40+00:00 2026-01-01T00:02:00+00:00", $"{query["from"]} {query["until"]} {query["asOf"]} {query["trueAt"]}");
        Assert.Equal(("350800", 34L, 700L), ((string?)manifest["city"], (long)manifest["entries"]!, (long)manifest["treeSize"]!));
        Assert.Equal(["trail.csv", "trail.jsonl", "trail.proof", "trail.xlsx"], manifest["files"]!.AsArray().Select(f => (string)f!["name"]!).Order(StringComparer.Ordinal));

        var line = Json(Encoding.UTF8.GetBytes(Text(export, "trail.jsonl").Split('\n')[1]));
        var entry = registry.Entries[3];
        Assert.Equal((3L, 4L, Convert.ToHexStringLower(entry.Hash), Convert.ToBase64String(CanonicalEntry.Write(entry))), ((long)line["index"]!, (long)line["position"]!, (string?)line["hash"], (string?)line["entry"]));
        Assert.StartsWith("\uFEFFindex,service,position,stream,", Text(export, "trail.csv"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_cell_of_a_list_becomes_a_formula_and_both_hold_the_same_rows()
    {
        var csv = await (await Ask("actor=u-1&type=EnterpriseListed", "text/csv")).Content.ReadAsStringAsync();
        using var workbook = WorkbookReader.Open(await (await Ask("actor=u-1&type=EnterpriseListed", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")).Content.ReadAsByteArrayAsync()).Value;
        var rows = new List<string>();
        _ = workbook.ReadRows(workbook.Sheets[0], row =>
        {
            rows.Add(row.At(6).Text);
            Assert.All(row.Cells, c => Assert.False(c.IsFormula));
            return true;
        });

        Assert.Equal(["事件", "EnterpriseListed", "EnterpriseListed", "EnterpriseListed"], rows);
        Assert.Equal(3, csv.Split("EnterpriseListed").Length - 1);
        Assert.Contains(",\"'=1+1\",", await Actor("=1+1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_party_takes_the_steps_of_its_own_trail_as_a_list_and_no_package()
    {
        var enterprise = service.As(Role.Enterprise, org: "E1");
        var csv = await (await Ask("", "text/csv", enterprise)).Content.ReadAsStringAsync();

        Assert.Equal(233, csv.Split("enterprise/E1").Length - 1);
        Assert.DoesNotContain("理由", csv, StringComparison.Ordinal);
        Assert.DoesNotContain("u-1", csv, StringComparison.Ordinal);
        Assert.Equal((403, "export.officials_only"), await (await Ask("", "application/zip", enterprise)).Refusal());
        Assert.Equal((403, "trail.not_own"), await (await Ask("enterprise=E2", "text/csv", enterprise)).Refusal());
    }

    /// <summary>Each change with the file's own sums in the manifest made to fit, where it says so: the tree knows all the same.</summary>
    [Theory]
    [InlineData("a byte of an entry", "export.entry_wrong", "index 30 ")]
    [InlineData("another index", "export.entry_wrong", "index 31 ")]
    [InlineData("what a line says", "export.line_changed", "index 30 ")]
    [InlineData("a line taken away", "export.proof_wrong", "after index 27")]
    [InlineData("the last line taken away", "export.proof_wrong", "after index 696")]
    [InlineData("a line twice", "export.malformed", "line 12 ")]
    [InlineData("two lines exchanged", "export.proof_wrong", "up to index 33")]
    [InlineData("a line that is none", "export.malformed", "line 11 ")]
    [InlineData("a hash of the proof", "export.proof_wrong", "line 3")]
    [InlineData("a proof that ends early", "export.proof_wrong", "")]
    [InlineData("a row of the CSV", "export.file_changed", "trail.csv was changed: from line 12 ")]
    [InlineData("a row taken out of the CSV", "export.file_changed", "trail.csv was changed: from line 12 ")]
    [InlineData("a cell of the XLSX", "export.file_changed", "trail.xlsx was changed: from row 12 ")]
    [InlineData("a part in the XLSX", "export.file_changed", "trail.xlsx was changed: its parts")]
    [InlineData("the count", "export.count_wrong", "tells of 233 entries, and 234 are there")]
    [InlineData("another tree size", "export.checkpoint_other", "")]
    [InlineData("another city", "export.checkpoint_other", "")]
    [InlineData("a checkpoint with another root", "note.signature_wrong", "")]
    [InlineData("a further file", "export.malformed", "nothing else")]
    [InlineData("no manifest", "export.malformed", "nothing else")]
    [InlineData("a manifest of another format", "export.malformed", "manifest.json")]
    [InlineData("half the file", "export.malformed", "")]
    public async Task Whatever_was_changed_is_found_and_named(string change, string code, string named)
    {
        var export = await Export("enterprise=E0");
        var lines = Text(export, "trail.jsonl").Split('\n');
        var changed = change switch
        {
            // Index 30 is the eleventh entry of E0.
            "a byte of an entry" => WithLine(export, lines, 10, l => Entry(l, bytes => bytes[^3] ^= 1)),
            "another index" => WithLine(export, lines, 10, l => l.Replace("\"index\":30", "\"index\":31", StringComparison.Ordinal)),
            "what a line says" => WithLine(export, lines, 10, l => l.Replace("EnterpriseRelisted", "EnterpriseRemoved", StringComparison.Ordinal)),
            "a line taken away" => With(export, "trail.jsonl", string.Join('\n', lines.Where((_, i) => i != 10)), counts: -1),
            "the last line taken away" => With(export, "trail.jsonl", string.Join('\n', lines.Where((_, i) => i != 233)), counts: -1),
            "a line twice" => With(export, "trail.jsonl", string.Join('\n', lines.Take(11).Append(lines[10]).Concat(lines.Skip(11))), counts: 1),
            "two lines exchanged" => With(export, "trail.jsonl", string.Join('\n', (string[])[.. lines[..10], lines[11], lines[10], .. lines[12..]])),
            "a line that is none" => WithLine(export, lines, 10, _ => "{}"),
            "a hash of the proof" => With(export, "trail.proof", Exchange(Text(export, "trail.proof"), 2)),
            "a proof that ends early" => With(export, "trail.proof", string.Join('\n', Text(export, "trail.proof").Split('\n')[..20]) + "\n"),
            "a row of the CSV" => With(export, "trail.csv", Text(export, "trail.csv").Replace("理由 30\\", "理由 31\\", StringComparison.Ordinal)),
            "a row taken out of the CSV" => With(export, "trail.csv", string.Join("\r\n", Text(export, "trail.csv").Split("\r\n").Where((_, i) => i != 11))),
            "a cell of the XLSX" => With(export, "trail.xlsx", Repacked(Part(export, "trail.xlsx"), "xl/worksheets/sheet1.xml", xml => xml.Replace("理由 30\\", "理由 31\\", StringComparison.Ordinal))),
            "a part in the XLSX" => With(export, "trail.xlsx", Repacked(Part(export, "trail.xlsx"), "xl/vbaProject.bin", _ => "x")),
            "the count" => With(export, "manifest.json", Text(export, "manifest.json").Replace("\"entries\": 234", "\"entries\": 233", StringComparison.Ordinal)),
            "another tree size" => With(export, "manifest.json", Text(export, "manifest.json").Replace("\"treeSize\": 700", "\"treeSize\": 701", StringComparison.Ordinal)),
            "another city" => With(export, "manifest.json", Text(export, "manifest.json").Replace("\"city\": \"350800\"", "\"city\": \"350801\"", StringComparison.Ordinal)),
            "a checkpoint with another root" => With(export, "manifest.json", Text(export, "manifest.json").Replace("\\n700\\n", "\\n699\\n", StringComparison.Ordinal)),
            "a further file" => Repacked(export, "README.txt", _ => "read me"),
            "no manifest" => Repacked(export, "manifest.json", _ => null),
            "a manifest of another format" => With(export, "manifest.json", Text(export, "manifest.json").Replace("trail@1", "trail@2", StringComparison.Ordinal)),
            "half the file" => export[..(export.Length / 2)],
            _ => throw new ArgumentOutOfRangeException(nameof(change)),
        };
        Assert.NotEqual(export, changed);

        var refused = await VerifyExport.Check(new MemoryStream(changed), null, default);

        Assert.False(refused.Ok, change);
        Assert.Equal(code, refused.Fault.Code);
        Assert.Contains(named, refused.Fault.Message.En, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_the_manifest_does_not_tell_of_is_found_though_its_rows_are_right()
    {
        var export = await Export("enterprise=E0");
        var manifest = Json(Part(export, "manifest.json"));
        manifest["files"]![2]!["sha256"] = new string('0', 64);

        var refused = await VerifyExport.Check(new MemoryStream(Repacked(export, "manifest.json", _ => manifest.ToJsonString())), null, default);

        Assert.Equal(("export.file_changed", true), (refused.Fault!.Code, refused.Fault.Message.En.Contains("trail.xlsx", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_export_of_another_city_s_key_is_not_taken_for_this_one_s()
    {
        await using var other = await TestService.Start(OversightService.Build, settings: OversightServiceTests.Settings);
        var key = VerifierKey.Parse((await other.As(Role.Auditor).GetStringAsync($"{Root}/key")).Trim()).Value;

        Assert.Equal("export.key_other", (await VerifyExport.Check(new MemoryStream(await Export("enterprise=E0")), key, default)).Fault!.Code);
    }

    [Fact]
    public void More_than_a_sheet_holds_is_refused_with_its_bound() =>
        Assert.Equal(("export.too_many_entries", 1_048_575), (ExportTrail.TooMany.Code, ExportTrail.EntriesMax));

    /// <summary>The account of an actor that begins like a formula, as the CSV tells it.</summary>
    private async Task<string> Actor(string account)
    {
        await OversightLog.Take(service.App.Services.GetRequiredService<ServiceLog>(), new Chronicle("funding").Add("fund/F1", "FundReceived", new { fund = "F1" }, account).Entries);
        return await (await Ask("fund=F1", "text/csv")).Content.ReadAsStringAsync();
    }

    private Task<HttpResponseMessage> Ask(string query, string accept, HttpClient? client = null, string language = "zh")
    {
        var request = new HttpRequestMessage(HttpMethod.Get, $"{Root}/trail?{query}");
        request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse(accept));
        request.Headers.AcceptLanguage.ParseAdd(language);
        return (client ?? auditor).SendAsync(request);
    }

    private async Task<byte[]> Export(string query, HttpClient? client = null, string language = "zh")
    {
        var response = await Ask(query, "application/zip", client, language);
        Assert.Equal(200, (int)response.StatusCode);
        return await response.Content.ReadAsByteArrayAsync();
    }

    private static async Task<string?> Refusal(byte[] export)
    {
        var verified = await VerifyExport.Check(new MemoryStream(export), null, default);
        return verified.Ok ? null : verified.Fault.Message.En;
    }

    private static byte[] WithLine(byte[] export, string[] lines, int at, Func<string, string> change)
    {
        Assert.Contains("\"index\":30,", lines[10], StringComparison.Ordinal);
        lines[at] = change(lines[at]);
        return With(export, "trail.jsonl", string.Join('\n', lines));
    }

    private static string Entry(string line, Action<byte[]> change)
    {
        var node = JsonNode.Parse(line)!;
        var bytes = Convert.FromBase64String((string)node["entry"]!);
        change(bytes);

        // By somebody who knows how: hash and words are those of the changed entry.
        return Encoding.UTF8.GetString(new ExportedEntry((long)node["index"]!, bytes).Line());
    }

    private static string Exchange(string proof, int line)
    {
        var lines = proof.Split('\n');
        lines[line] = string.Join(' ', lines[line].Split(' ').Reverse());
        return string.Join('\n', lines);
    }

    private static byte[] With(byte[] export, string name, string text, int counts = 0) => With(export, name, Encoding.UTF8.GetBytes(text), counts);

    /// <summary>The package with another file in it, and a manifest that tells of that file.</summary>
    private static byte[] With(byte[] export, string name, byte[] content, int counts = 0)
    {
        var replaced = Repacked(export, name, _ => null, content);
        if (name == "manifest.json")
        {
            return replaced;
        }

        var manifest = Json(Part(export, "manifest.json"));
        manifest["entries"] = (long)manifest["entries"]! + counts;
        foreach (var file in manifest["files"]!.AsArray())
        {
            file!["entries"] = (long)manifest["entries"]!;
            if ((string?)file["name"] == name)
            {
                (file["sha256"], file["bytes"]) = (Convert.ToHexStringLower(SHA256.HashData(content)), content.Length);
            }
        }

        return Repacked(replaced, "manifest.json", _ => manifest.ToJsonString());
    }

    private static byte[] Repacked(byte[] zip, string name, Func<string, string?> change, byte[]? content = null)
    {
        using var file = new MemoryStream();
        file.Write(zip);
        using (var archive = new ZipArchive(file, ZipArchiveMode.Update, leaveOpen: true))
        {
            var names = archive.Entries.Select(e => e.FullName).ToArray();
            var contents = names.ToDictionary(n => n, n => Part(zip, n));
            contents[name] = content ?? (change(contents.TryGetValue(name, out var old) ? Encoding.UTF8.GetString(old) : "") is { } text ? Encoding.UTF8.GetBytes(text) : []);
            foreach (var entry in archive.Entries.ToArray())
            {
                entry.Delete();
            }

            foreach (var (part, bytes) in names.Union([name]).Select(n => (n, contents[n])).Where(p => p.Item2.Length > 0))
            {
                using var stream = archive.CreateEntry(part).Open();
                stream.Write(bytes);
            }
        }

        return file.ToArray();
    }

    private static byte[] Part(byte[] zip, string name)
    {
        using var archive = new ZipArchive(new MemoryStream(zip));
        using var part = archive.GetEntry(name)!.Open();
        using var bytes = new MemoryStream();
        part.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static string Text(byte[] zip, string name) => Encoding.UTF8.GetString(Part(zip, name));

    private static JsonNode Json(byte[] bytes) => JsonNode.Parse(bytes)!;
}
