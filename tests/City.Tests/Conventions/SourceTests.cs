using System.Text.RegularExpressions;

namespace PilotCity.City.Tests.Conventions;

/// <summary>What the sources must look like; each rule is one sentence and names the lines that break it.</summary>
public sealed partial class SourceTests
{
    private static readonly string[] Services = ["Registry", "Assessment", "Performance", "Funding", "Oversight"];

    [Fact]
    public void A_namespace_is_its_folder()
    {
        var wrong = Tree.Sources("services", "gateway", "tests")
            .Where(s => !s.Path.EndsWith("/Program.cs", StringComparison.Ordinal))
            .Select(s => (s.Path, Found: NamespaceLine().Match(s.Text).Groups[1].Value, Wanted: Namespace(s.Path)))
            .Where(s => s.Found.Length > 0 && s.Found != s.Wanted)
            .Select(s => $"{s.Path}: {s.Found} instead of {s.Wanted}");

        Tree.None(wrong);
    }

    [Fact]
    public void Services_do_not_know_each_other()
    {
        var wrong = from service in Services
                    from source in Tree.Sources($"services/{service}")
                    from other in Services
                    where other != service && Regex.IsMatch(source.Text, $@"\bPilotCity\.{other}\b")
                    select $"{source.Path} mentions PilotCity.{other}";
        var references = from service in Services
                         let project = File.ReadAllText(Path.Combine(Tree.Root, "services", service, $"{service}.csproj"))
                         from Match m in Regex.Matches(project, "<ProjectReference Include=\"([^\"]+)\"")
                         where m.Groups[1].Value is not ("../Defaults/Defaults.csproj" or "../../proto/Contracts.csproj")
                         select $"{service} references {m.Groups[1].Value}";

        Tree.None(wrong.Concat(references));
    }

    [Fact]
    public void Nouns_and_rules_know_nothing_of_the_wire()
    {
        // A noun's file is named as its folder, in the singular: Awards/Award.cs.
        var wrong = from service in Services
                    from source in Tree.Sources($"services/{service}")
                    let parts = source.Path.Split('/')
                    where parts.Length >= 4 && IsNoun(parts[^2], Path.GetFileNameWithoutExtension(parts[^1]))
                    from Match m in Regex.Matches(source.Text, @"^using (Microsoft\.AspNetCore|Grpc|MassTransit|PilotCity\.Defaults\.Bus|PilotCity\.Contracts)[\w.]*;", RegexOptions.Multiline)
                    select $"{source.Path}: {m.Value}";

        Tree.None(wrong);
    }

    [Theory]
    [InlineData(@"\bDateTime(Offset)?\.(Utc)?Now\b", "take the TimeProvider's time")]
    [InlineData(@"\bThread\.Sleep\b", "nothing sleeps")]
    [InlineData(@"\.Result\b(?!\s*[<(])(?<!\w\.Value\.Result)(?=[;.)\]])", "await it")]
    [InlineData(@"\.GetAwaiter\(\)\.GetResult\(\)", "await it")]
    [InlineData(@"\bdouble\b[^;\n]*\b(amount|money|fen|yuan)\b", "money is not a double")]
    [InlineData(@"\bNotImplementedException\b", "nothing is a stub")]
    [InlineData(@"\bSeals = false\b", "every entry is hashed and chained; only the bench measures what that costs")]
    [InlineData(@"\bTODO\b|\bFIXME\b|\bHACK\b", "say it in an issue")]
    public void What_is_banned_is_not_there(string pattern, string instead)
    {
        var found = from source in Tree.Sources("services", "gateway")
                    from Match m in Regex.Matches(source.Text, pattern, RegexOptions.IgnoreCase)
                    where !IsComment(source.Text, m.Index)
                    select $"{source.Path}:{Line(source.Text, m.Index)} {m.Value}: {instead}";

        Tree.None(found);
    }

    [Fact]
    public void New_ids_and_caught_everything_are_the_shell_s_business()
    {
        var found = from source in Tree.Sources(Services.Select(s => $"services/{s}").ToArray())
                    from Match m in Regex.Matches(source.Text, @"\bGuid\.(NewGuid|CreateVersion7)\(\)|catch \(Exception\b(?! \w+\) when)|catch\s*\r?\n?\s*\{")
                    select $"{source.Path}:{Line(source.Text, m.Index)} {m.Value.Trim()}";

        Tree.None(found);
    }

    [Fact]
    public void Tests_do_not_sleep_and_bind_no_fixed_port()
    {
        var found = from source in Tree.Sources("tests")
                    where source.Path != "tests/City.Tests/Conventions/SourceTests.cs"
                    from Match m in Regex.Matches(source.Text, @"\bThread\.Sleep\b|\bTask\.Delay\(\s*\d|\bSkip\s*=\s*""|Assert\.True\(true\)|(localhost|127\.0\.0\.1):(?!0\b|1\b)\d+")
                    select $"{source.Path}:{Line(source.Text, m.Index)} {m.Value}";

        Tree.None(found);
    }

    [Fact]
    public void What_is_broken_on_purpose_is_in_no_product()
    {
        var found = from source in Tree.Sources("services", "gateway")
                    where BreakableBlock().Replace(source.Text, string.Empty).Contains("Breakage", StringComparison.Ordinal)
                    select $"{source.Path} names Breakage outside #if BREAKABLE";

        Tree.None(found);
        Assert.Null(typeof(Defaults.Text).Assembly.GetType("PilotCity.Defaults.Breakage"));
    }

    [Fact]
    public void Names_say_what_a_thing_is()
    {
        var found = from source in Tree.Sources("services", "gateway")
                    from Match m in Regex.Matches(source.Text, @"\b(?:class|record|struct|interface|enum) (\w+(?:Manager|Helper|Handler|Dto|Impl|Base|Utils|Util))\b")
                    select $"{source.Path}: {m.Groups[1].Value}";

        Tree.None(found);
    }

    [Fact]
    public void Nothing_committed_names_a_machine_a_registry_or_a_secret()
    {
        var found = from path in Directory.EnumerateFiles(Tree.Root, "*", SearchOption.AllDirectories)
                    let relative = Path.GetRelativePath(Tree.Root, path)
                    where !relative.Split('/').Any(p => p is "bin" or "obj" or ".git" or ".cache" or "data" or "TestResults" or "node_modules") && new FileInfo(path).Length < 2_000_000
                    where relative != "tests/City.Tests/Conventions/SourceTests.cs"
                    let text = File.ReadAllText(path)
                    from Match m in Regex.Matches(text, @"/work/(main|wt|steering|shared)|\.\./shared|api\.nuget\.org|registry\.npmjs|deb\.debian|-----BEGIN (EC |RSA )?PRIVATE KEY-----\s+[A-Za-z0-9+/]{20}|(?i:password|secret)\s*[:=]\s*""[^""$<{]{6,}""")
                    select $"{relative}: {m.Value}";

        Tree.None(found);
    }

    private static string Namespace(string path)
    {
        var parts = path.Split('/')[..^1];
        var inner = parts[0] switch
        {
            "gateway" => ["Gateway", .. parts[1..]],
            _ => parts[1..],
        };
        return "PilotCity." + string.Join('.', inner);
    }

    private static bool IsNoun(string folder, string file) => folder == file + "s" || folder == file + "es" || (file.EndsWith('y') && folder == file[..^1] + "ies");

    private static bool IsComment(string text, int index)
    {
        var start = text.LastIndexOf('\n', Math.Max(0, index - 1)) + 1;
        return text[start..index].Contains("//", StringComparison.Ordinal);
    }

    private static int Line(string text, int index) => text.AsSpan(0, index).Count('\n') + 1;

    [GeneratedRegex(@"^#if BREAKABLE\r?$.*?^#endif\r?$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex BreakableBlock();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();
}
