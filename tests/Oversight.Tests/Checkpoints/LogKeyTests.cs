using Microsoft.Extensions.Configuration;
using PilotCity.Defaults;
using PilotCity.Oversight.Checkpoints;
using PilotCity.Testing;

namespace PilotCity.Oversight.Tests.Checkpoints;

public class LogKeyTests
{
    [Fact]
    public void A_new_key_is_made_where_it_is_asked_for_and_is_the_same_key_the_next_time()
    {
        using var folder = new TemporaryFolder();
        var path = folder["keys/checkpoint.key"];

        var made = LogKey.Open(Settings(path, create: true));
        var again = LogKey.Open(Settings(path, create: false));

        Assert.Equal(made.Verifiers("350800").ToString(), again.Verifiers("350800").ToString());
        Assert.Equal("pilot-city.example/350800", made.Verifiers("350800").All[0].Name);
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(path) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Fact]
    public void A_key_that_is_lost_stops_the_host_instead_of_being_replaced()
    {
        using var folder = new TemporaryFolder();

        Assert.Equal("Oversight:KeyFile", Assert.Throws<SettingException>(() => LogKey.Open(Settings(folder["lost.key"], create: false))).Key);
    }

    [Fact]
    public void A_file_that_is_no_key_is_named_and_left_as_it_is()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["a.key"], "not a key");
        File.WriteAllText(folder["b.key"], new string('x', 2_000));

        Assert.Contains("a.key", Assert.Throws<SettingException>(() => LogKey.Open(Settings(folder["a.key"], create: true))).Message, StringComparison.Ordinal);
        Assert.Contains("b.key", Assert.Throws<SettingException>(() => LogKey.Open(Settings(folder["b.key"], create: true))).Message, StringComparison.Ordinal);
        Assert.Equal("not a key", File.ReadAllText(folder["a.key"]));
    }

    [Fact]
    public void A_data_folder_has_its_key_or_none()
    {
        using var folder = new TemporaryFolder();
        Assert.Null(LogKey.OfFolder(folder.Path));

        var made = LogKey.Open(Settings(folder[LogKey.FileName], create: true, "city.example"));
        Assert.Equal(made.Verifiers("350800").ToString(), LogKey.OfFolder(folder.Path)!.Verifiers("350800").ToString());

        File.WriteAllText(folder[LogKey.FileName], "no key");
        Assert.Null(LogKey.OfFolder(folder.Path));
    }

    [Fact]
    public void A_rotation_lets_both_keys_sign_until_it_is_finished_and_keeps_the_public_half_for_ever()
    {
        using var folder = new TemporaryFolder();
        var path = folder[LogKey.FileName];
        var first = LogKey.Open(Settings(path, create: true)).Verifiers("350800").All.Single();

        Assert.Equal("log_key.not_rotating", LogKey.Finish(path).Fault?.Code);
        Assert.True(LogKey.Rotate(path).Ok);
        Assert.Equal("log_key.rotating", LogKey.Rotate(path).Fault?.Code);
        var rotating = LogKey.Open(Settings(path, create: false));
        var second = rotating.Signers("350800")[0].Verifier;
        Assert.NotEqual(first.ToString(), second.ToString());
        Assert.Equal([second.ToString(), first.ToString()], rotating.Signers("350800").Select(k => k.Verifier.ToString()));
        Assert.Equal($"{second}\n{first}", rotating.Verifiers("350800").ToString());

        Assert.Equal(second.Named("pilot-city.example").ToString(), LogKey.Finish(path).Value.ToString());
        var finished = LogKey.OfFolder(folder.Path)!;
        Assert.Equal([second.ToString()], finished.Signers("350800").Select(k => k.Verifier.ToString()));
        Assert.Equal($"{second}\n{first}", finished.Verifiers("350800").ToString());
        Assert.Single(File.ReadAllLines(path), l => l.StartsWith("PRIVATE+KEY+", StringComparison.Ordinal));
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(path) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));

        Assert.True(LogKey.Rotate(path).Ok);
        Assert.Equal(3, LogKey.OfFolder(folder.Path)!.Verifiers("350800").All.Count);
    }

    [Fact]
    public void A_file_with_too_many_keys_and_one_that_is_none_are_not_rotated()
    {
        using var folder = new TemporaryFolder();
        var path = folder[LogKey.FileName];
        LogKey.Open(Settings(path, create: true));
        for (var i = 1; i < VerifierKeys.CountMax; i++)
        {
            Assert.True(LogKey.Rotate(path).Ok);
            Assert.True(LogKey.Finish(path).Ok);
        }

        Assert.Equal("log_key.too_many", LogKey.Rotate(path).Fault?.Code);
        Assert.Equal(VerifierKeys.CountMax, LogKey.OfFolder(folder.Path)!.Verifiers("350800").All.Count);
        Assert.True(VerifierKeys.Parse(LogKey.OfFolder(folder.Path)!.Verifiers("350800").ToString()).Ok);
        Assert.Equal("key.too_many", VerifierKeys.Parse(string.Join('\n', Enumerable.Repeat(Vectors.LogKey, VerifierKeys.CountMax + 1))).Fault?.Code);
        Assert.Equal("key.malformed", VerifierKeys.Parse("").Fault?.Code);
        Assert.Equal("log_key.unreadable", LogKey.Rotate(folder["none.key"]).Fault?.Code);
        Assert.Equal("log_key.unreadable", LogKey.Finish(folder["none.key"]).Fault?.Code);
        File.WriteAllText(path, $"{Vectors.LogKey}\n");
        Assert.Equal("log_key.unreadable", LogKey.Rotate(path).Fault?.Code);
    }

    [Theory]
    [InlineData("https://a b")]
    [InlineData("a+b")]
    [InlineData("a/")]
    public void An_origin_that_cannot_name_a_key_stops_the_host(string origin)
    {
        using var folder = new TemporaryFolder();

        Assert.Equal("Oversight:Origin", Assert.Throws<SettingException>(() => LogKey.Open(Settings(folder["a.key"], create: true, origin))).Key);
        Assert.False(File.Exists(folder["a.key"]));
    }

    private static IConfiguration Settings(string path, bool create, string? origin = null) => new ConfigurationBuilder().AddInMemoryCollection(
        new Dictionary<string, string?> { ["Oversight:KeyFile"] = path, ["Oversight:CreateKey"] = create ? "true" : "false", ["Oversight:Origin"] = origin }).Build();
}
