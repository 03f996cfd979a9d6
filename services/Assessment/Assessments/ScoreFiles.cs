using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using PilotCity.Assessment.Instruments;
using PilotCity.Defaults;

namespace PilotCity.Assessment.Assessments;

/// <summary>
/// <c>./city score FILE…</c>: answer files in, results out, by the same pure scoring as the service. Either every answer
/// set is scored, or nothing is written and every problem is named by file, place, item and reason.
/// </summary>
internal static class ScoreFiles
{
    /// <summary>An answer set has about 1 kB; a county's whole survey fits many times over, and it is read into memory.</summary>
    public const int BytesMax = 32 * 1024 * 1024;

    public const int FilesMax = 1_000;

    /// <summary>Results with their explanation are about ten times their answers and are held until all are known to be good.</summary>
    public const int SetsMax = 20_000;

    /// <summary>More problems than this are counted and not printed: nobody reads them.</summary>
    public const int ProblemsShownMax = 100;

    /// <summary>0 when all were scored; 2 when an input was refused.</summary>
    /// <param name="overrides">Files of <see cref="InstrumentOverride"/>: answer sets of the instruments that they change are scored with them.</param>
    internal static int Run(IReadOnlyList<string> files, TextWriter output, TextWriter error, string? language = null, IReadOnlyList<string>? overrides = null)
    {
        var problems = new List<Problem>();
        var results = new List<(string Id, ScoreResult Result)>();
        var asArray = files.Count > 1;
        var find = Overridden(overrides ?? [], problems);
        if (files.Count is 0 or > FilesMax)
            problems.Add(new("score", "", new($"请给出 1 至 {FilesMax} 个答卷文件", $"give 1 to {FilesMax} answer files")));
        else
        {
            foreach (var file in files)
            {
                asArray |= ScoreFile(file, find, results, problems);
            }
        }

        if (problems.Count > 0)
        {
            foreach (var problem in problems.Take(ProblemsShownMax))
            {
                error.WriteLine(problem.In(language));
            }

            if (problems.Count > ProblemsShownMax)
                error.WriteLine(new Text($"……另有 {problems.Count - ProblemsShownMax} 处问题", $"… and {problems.Count - ProblemsShownMax} more problems").In(language));

            return 2;
        }

        Write(results, asArray, output);
        return 0;
    }

    /// <summary>The shipped instruments, those of the overrides in their changed form.</summary>
    private static Func<string, Result<Instrument>> Overridden(IReadOnlyList<string> overrides, List<Problem> problems)
    {
        var changed = new Dictionary<string, Instrument>(StringComparer.Ordinal);
        foreach (var file in overrides)
        {
            if (ReadBytes(file, out var reason) is not { } bytes)
                problems.Add(new(file, "", reason));
            else if (OverrideInstrument.Apply(file, bytes, ShippedInstruments.Find) is var applied && !applied.Ok)
                problems.AddRange(applied.Fault.Details.Count > 0 ? applied.Fault.Details.Select(d => new Problem(file, d.Path, d.Message)) : [new Problem(file, "", applied.Fault.Message)]);
            else if (!changed.TryAdd($"{applied.Value.Id}@{applied.Value.Version}", applied.Value))
                problems.Add(new(file, "/instrument", new("同一评测工具已有覆盖文件", "another override of the same instrument is given already")));
        }

        return reference =>
        {
            var found = ShippedInstruments.Find(reference);
            return found.Ok && changed.TryGetValue(found.Value.Reference, out var instead) ? instead : found;
        };
    }

    /// <summary>Scores what is in the file; true when it holds an array.</summary>
    private static bool ScoreFile(string file, Func<string, Result<Instrument>> find, List<(string Id, ScoreResult Result)> results, List<Problem> problems)
    {
        if (ReadBytes(file, out var reason) is not { } bytes)
        {
            problems.Add(new(file, "", reason));
            return false;
        }

        try
        {
            using var document = Parse(bytes);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Array)
            {
                ScoreOne(file, "", root, find, results, problems);
                return false;
            }

            if (root.GetArrayLength() + results.Count > SetsMax)
            {
                problems.Add(new(file, "", new($"一次最多 {SetsMax} 份答卷，请分批", $"at most {SetsMax} answer sets at a time; split the input")));
                return true;
            }

            var index = 0;
            foreach (var element in root.EnumerateArray())
            {
                ScoreOne(file, string.Create(CultureInfo.InvariantCulture, $"/{index++}"), element, find, results, problems);
            }

            return true;
        }
        catch (JsonException e)
        {
            problems.Add(new(file, "", e.Message.Contains("Duplicate property", StringComparison.Ordinal) ? new("同一字段出现了两次", "the same field stands twice in one object")
                : e.LineNumber is { } line ? new($"第 {line + 1} 行第 {e.BytePositionInLine + 1} 字节处不是合法的 JSON", $"not valid JSON at line {line + 1}, byte {e.BytePositionInLine + 1}")
                : new("不是合法的 JSON", "not valid JSON")));
            return false;
        }
    }

    private static JsonDocument Parse(byte[] bytes)
    {
        try
        {
            return JsonDocument.Parse(bytes, new() { MaxDepth = 16, AllowDuplicateProperties = false });
        }
        catch (InvalidOperationException e)
        {
            // What the search for duplicates throws at a name with half a surrogate pair.
            throw new JsonException(e.Message, e);
        }
    }

    private static void ScoreOne(string file, string at, JsonElement element, Func<string, Result<Instrument>> find, List<(string Id, ScoreResult Result)> results, List<Problem> problems)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            problems.Add(new(file, at, new("应为一份答卷：{ id, instrument, answers, scenarios }", "must be an answer set: { id, instrument, answers, scenarios }")));
            return;
        }

        JsonElement answers = default, scenarios = default, facts = default;
        string? id = null, instrument = null;
        var known = true;
        foreach (var property in element.EnumerateObject())
        {
            if (property.NameEquals("id"))
                id = Name(property.Value);
            else if (property.NameEquals("instrument"))
                instrument = Name(property.Value);
            else if (property.NameEquals("answers"))
                answers = property.Value;
            else if (property.NameEquals("scenarios"))
                scenarios = property.Value;
            else if (property.NameEquals("facts"))
                facts = property.Value;
            else
            {
                known = false;
                problems.Add(new(file, at, new($"有未知字段 {Shown(property)}；可用 id、instrument、answers、scenarios、facts", $"unknown field {Shown(property)}; there are id, instrument, answers, scenarios, facts")));
            }
        }

        if (id is null)
            problems.Add(new(file, $"{at}/id", new("缺少 id，或不是 1 至 200 个字符的文本", "id is missing or is not text of 1 to 200 characters")));

        if (instrument is null)
            problems.Add(new(file, $"{at}/instrument", new("缺少 instrument，如 \"miit-2024\" 或 \"miit-2024@1\"", "instrument is missing, e.g. \"miit-2024\" or \"miit-2024@1\"")));

        if (id is null || instrument is null || !known)
            return;

        var found = find(instrument);
        var read = Answers.Read(answers, scenarios, facts);
        var problemsBefore = problems.Count;
        if (!found.Ok)
            problems.Add(new(file, $"{at}/instrument", found.Fault.Message, id));

        if (!read.Ok)
            problems.AddRange(read.Fault.Details.Select(d => new Problem(file, at + d.Path, d.Message, id)));

        if (!found.Ok || !read.Ok || problems.Count > problemsBefore)
            return;

        var result = ScoreAnswers.Score(found.Value, read.Value);
        if (result.Ok)
            results.Add((id, result.Value));
        else if (result.Fault.Details.Count > 0)
            problems.AddRange(result.Fault.Details.Select(d => new Problem(file, at + d.Path, d.Message, id)));
        else
            problems.Add(new(file, $"{at}/instrument", result.Fault.Message, id));
    }

    private static void Write(List<(string Id, ScoreResult Result)> results, bool asArray, TextWriter output)
    {
        if (asArray)
            output.WriteLine('[');

        for (var i = 0; i < results.Count; i++)
        {
            var (id, result) = results[i];
            var json = JsonSerializer.SerializeToNode(result, Json.Lenient)!.AsObject();
            json.Insert(0, "id", id);
            if (result.NoTotal)
                json.Remove("total");
            if (result.NoLevel)
                json.Remove("level");
            output.Write(json.ToJsonString(Json.Pretty));
            output.WriteLine(asArray && i < results.Count - 1 ? "," : "");
        }

        if (asArray)
            output.WriteLine(']');
    }

    private static byte[]? ReadBytes(string file, out Text reason)
    {
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var copy = new MemoryStream();
            var buffer = new byte[81_920];
            for (int read; (read = stream.Read(buffer)) > 0;)
            {
                copy.Write(buffer, 0, read);
                if (copy.Length > BytesMax)
                {
                    reason = new($"文件超过 {BytesMax / 1024 / 1024} MiB，请分批", $"the file is larger than {BytesMax / 1024 / 1024} MiB; split it");
                    return null;
                }
            }

            var bytes = copy.ToArray();
            if (bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble))
                bytes = bytes[Encoding.UTF8.Preamble.Length..];

            reason = new("文件不是 UTF-8 文本；请另存为 UTF-8", "the file is not UTF-8 text; save it as UTF-8");
            return Utf8.IsValid(bytes) ? bytes : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            reason = e is FileNotFoundException or DirectoryNotFoundException ? new("没有这个文件", "there is no such file")
                : e is UnauthorizedAccessException ? new("是目录，或没有读取权限", "it is a folder, or reading it is not allowed")
                : new($"文件不能读取：{e.Message}", $"the file cannot be read: {e.Message}");
            return null;
        }
    }

    private static string? Name(JsonElement element)
    {
        try
        {
            return element.ValueKind == JsonValueKind.String && element.GetString() is { Length: >= 1 and <= 200 } text ? text : null;
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair, written as an escape: valid JSON, and no text.
            return null;
        }
    }

    private static string Shown(JsonProperty property)
    {
        try
        {
            return property.Name.Length <= 64 ? property.Name : string.Concat(property.Name.AsSpan(0, 64), "…");
        }
        catch (InvalidOperationException)
        {
            return "?";
        }
    }

    private sealed record Problem(string File, string Path, Text Reason, string? Id = null)
    {
        /// <summary>One line: control characters of the input do not reach the terminal.</summary>
        public string In(string? language) => string.Create(
            null,
            $"{File}{(Path.Length > 0 ? $": {Path}" : "")}{(Id is null ? "" : $" ({Id})")}: {Reason.In(language)}")
            .Aggregate(new StringBuilder(), (line, c) => line.Append(char.IsControl(c) ? '\uFFFD' : c)).ToString();
    }
}
