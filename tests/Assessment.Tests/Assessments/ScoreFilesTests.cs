using System.Text;
using System.Text.Json.Nodes;
using PilotCity.Assessment.Assessments;

namespace PilotCity.Assessment.Tests.Assessments;

public sealed class ScoreFilesTests : IDisposable
{
    private const string Good = """
        {"id":"X","instrument":"miit-2024","answers":{"Q1":["A"],"Q2":["A"],"Q3":["A"],"Q4":["A"],"Q5":["A"],"Q6":["A"],"Q7":["A"],"Q8":["A"],"Q9":["A"],"Q10":["A"],"Q11":["A"],"Q12":["A"],"Q13":["A"],"Q14":["A"],"Q15":["A"]},"scenarios":{"S01":2}}
        """;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("score");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void The_published_cases_give_the_published_results()
    {
        var (code, output, error) = Run(Examples.CaseFile("assessment-answers.json"));
        Assert.Equal((0, ""), (code, error));
        var results = JsonNode.Parse(output)!.AsArray();
        var expected = JsonNode.Parse(File.ReadAllText(Examples.CaseFile("assessment-results.json")))!.AsArray();
        Assert.Equal(expected.Count, results.Count);
        foreach (var (want, got) in expected.Zip(results))
        {
            foreach (var (field, value) in want!.AsObject())
            {
                Assert.True(JsonNode.DeepEquals(value, got![field]), $"{want["id"]} {field}: {got[field]} is not {value}");
            }
        }
    }

    [Fact]
    public void One_object_gives_one_object_with_everything_the_format_names()
    {
        var (code, output, _) = Run(Write(Good));
        Assert.Equal(0, code);
        var result = JsonNode.Parse(output)!.AsObject();
        Assert.Equal(["id", "instrument", "scores", "total", "level", "levelName", "scenarioCounts", "items", "levelSteps", "next"], result.Select(p => p.Key));
        Assert.Equal(("X", "miit-2024@1"), ((string?)result["id"], (string?)result["instrument"]));
        Assert.Equal("""{"all":1,"constraint":1}""", result["scenarioCounts"]!["2"]!.ToJsonString());
        Assert.Equal("""{"item":"Q1","chosen":["A"],"score":"0","maximum":"8"}""", result["items"]![0]!.ToJsonString());
        Assert.Equal("""{"required":"80","inclusive":true,"actual":"0","holds":false}""", result["levelSteps"]![0]!["score"]!.ToJsonString());
        Assert.Equal("20", (string?)result["next"]!["points"]);
    }

    [Fact]
    public void The_highest_level_has_next_null()
    {
        var (_, output, _) = Run(Examples.CaseFile("assessment-answers.json"));
        var top = JsonNode.Parse(output)!.AsArray().Single(r => (int)r!["level"]! == 4)!.AsObject();
        Assert.True(top.ContainsKey("next"));
        Assert.Null(top["next"]);
    }

    [Fact]
    public void An_array_or_several_files_give_one_array_in_order()
    {
        var one = Write(Good);
        var two = Write($"[{Good.Replace("\"X\"", "\"Y\"", StringComparison.Ordinal)},{Good.Replace("\"X\"", "\"Z\"", StringComparison.Ordinal)}]");
        var (code, output, _) = Run(one, two);
        Assert.Equal(0, code);
        Assert.Equal(["X", "Y", "Z"], JsonNode.Parse(output)!.AsArray().Select(r => (string?)r!["id"]));
        Assert.Single(JsonNode.Parse(Run(Write($"[{Good}]")).Output)!.AsArray());
        Assert.Empty(JsonNode.Parse(Run(Write("[]")).Output)!.AsArray());
    }

    [Fact]
    public void One_bad_set_among_good_ones_is_named_and_nothing_is_written()
    {
        var file = Write($"[{Good},{Good.Replace("\"Q5\":[\"A\"]", "\"Q5\":[\"A\",\"B\"]", StringComparison.Ordinal)}]");
        var (code, output, error) = Run(file);
        Assert.Equal((2, ""), (code, output));
        Assert.StartsWith($"{file}: /1/answers/Q5/1 (X): item Q5", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"instrument\":\"miit-2024\"", "\"instrument\":\"miit-2019\"", "/instrument", "'miit-2019'")]
    [InlineData("\"instrument\":\"miit-2024\"", "\"instrument\":\"miit-2024@9\"", "/instrument", "'miit-2024@9'")]
    [InlineData("\"instrument\":\"miit-2024\",", "", "/instrument", "missing")]
    [InlineData("\"id\":\"X\"", "\"id\":7", "/id", "missing or is not text")]
    [InlineData("\"id\":\"X\",", "", "/id", "missing")]
    [InlineData("\"id\":\"X\",", "\"id\":\"X\",\"note\":\"\",", "", "unknown field note")]
    [InlineData("\"Q15\":[\"A\"]", "\"Q15\":[]", "/answers/Q15", "item Q15")]
    [InlineData("\"Q15\":[\"A\"]", "\"Q15\":\"A\"", "/answers/Q15", "item Q15")]
    [InlineData("\"S01\":2", "\"S01\":2.5", "/scenarios/S01", "scenario S01")]
    [InlineData("\"S01\":2", "\"S01\":5", "/scenarios/S01", "scenario S01")]
    [InlineData("\"answers\"", "\"answer\"", "", "unknown field answer")]
    public void A_bad_set_is_named_by_file_place_and_reason(string old, string with, string path, string reason)
    {
        var file = Write(Good.Replace(old, with, StringComparison.Ordinal));
        var (code, output, error) = Run(file);
        Assert.Equal((2, ""), (code, output));
        Assert.StartsWith($"{file}: {path}", error, StringComparison.Ordinal);
        Assert.Contains(reason, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("\"text\"")]
    [InlineData("[1]")]
    [InlineData("[[]]")]
    [InlineData("{\"id\":\"X\",\"id\":\"Y\"}")]
    [InlineData("{\"\\ud800\":1}")]
    [InlineData("{\"id\":\"\\ud800\"}")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[")]
    public void What_is_no_answer_file_is_refused(string text)
    {
        var file = Write(text);
        var (code, output, error) = Run(file);
        Assert.Equal((2, ""), (code, output));
        Assert.StartsWith($"{file}: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_refused()
    {
        Assert.Equal(2, Run(Path.Combine(folder.FullName, "nothing.json")).Code);
        Assert.Equal(2, Run(folder.FullName).Code);
        Assert.Equal(2, Run("").Code);
        Assert.Equal(2, Run().Code);
        Assert.Contains("UTF-8", Run(Write([0xFF, 0xFE, 0x7B, 0x00])).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_over_the_bound_is_refused_before_it_is_parsed()
    {
        var file = Write(Encoding.ASCII.GetBytes(new string(' ', ScoreFiles.BytesMax) + "1"));
        Assert.Contains("32 MiB", Run(file).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_byte_order_mark_is_no_error() =>
        Assert.Equal(0, Run(Write([.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(Good)])).Code);

    [Fact]
    public void Control_characters_of_the_input_do_not_reach_the_terminal()
    {
        var (_, _, error) = Run(Write(Good.Replace("\"id\":\"X\"", "\"id\":\"X\\u001b[31m\\n\"", StringComparison.Ordinal).Replace("\"Q15\":[\"A\"]", "\"Q15\":[]", StringComparison.Ordinal)));
        Assert.DoesNotContain('\u001b', error);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void Problems_are_told_in_Chinese_unless_English_is_asked_for()
    {
        using var error = new StringWriter();
        ScoreFiles.Run([Write(Good.Replace("\"Q15\":[\"A\"]", "\"Q15\":[]", StringComparison.Ordinal))], TextWriter.Null, error);
        Assert.Contains("题目 Q15：没有作答", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Only_the_first_hundred_problems_are_printed()
    {
        var (_, _, error) = Run(Write("[" + string.Join(',', Enumerable.Repeat("1", 150)) + "]"));
        Assert.Equal(101, error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("and 50 more", error, StringComparison.Ordinal);
    }

    private static (int Code, string Output, string Error) Run(params string[] files)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        return (ScoreFiles.Run(files, output, error, "en"), output.ToString(), error.ToString());
    }

    private string Write(string text) => Write(Encoding.UTF8.GetBytes(text));

    private string Write(byte[] bytes)
    {
        var file = Path.Combine(folder.FullName, $"{Path.GetRandomFileName()}.json");
        File.WriteAllBytes(file, bytes);
        return file;
    }

    [Theory]
    [InlineData("missing.json", null, "没有这个文件", "there is no such file")]
    [InlineData("cut.json", "[{", "第 1 行第 3 字节处不是合法的 JSON", "not valid JSON at line 1, byte 3")]
    [InlineData("empty.json", "", "第 1 行第 1 字节处不是合法的 JSON", "not valid JSON at line 1, byte 1")]
    [InlineData("twice.json", """{"id":"a","id":"b"}""", "同一字段出现了两次", "the same field stands twice in one object")]
    [InlineData(".", null, "是目录，或没有读取权限", "it is a folder, or reading it is not allowed")]
    public void A_file_that_cannot_be_read_is_said_so_in_the_reader_s_language(string name, string? text, string zh, string en)
    {
        var folder = Directory.CreateTempSubdirectory("pilotcity-").FullName;
        try
        {
            var file = Path.Combine(folder, name);
            if (text is not null)
                File.WriteAllText(file, text);

            foreach (var (language, said) in new[] { ("zh", zh), ("en", en) })
            {
                using var error = new StringWriter();
                Assert.Equal(2, ScoreFiles.Run([file], TextWriter.Null, error, language));
                Assert.Equal($"{file}: {said}", error.ToString().Trim());
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
