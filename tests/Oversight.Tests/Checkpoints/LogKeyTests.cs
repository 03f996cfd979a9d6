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

        Assert.Equal(made.Of("350800").Verifier.ToString(), again.Of("350800").Verifier.ToString());
        Assert.Equal("pilot-city.example/350800", made.Of("350800").Name);
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
        Assert.Equal(made.Of("350800").Verifier.ToString(), LogKey.OfFolder(folder.Path)!.Of("350800").Verifier.ToString());

        File.WriteAllText(folder[LogKey.FileName], "no key");
        Assert.Null(LogKey.OfFolder(folder.Path));
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
