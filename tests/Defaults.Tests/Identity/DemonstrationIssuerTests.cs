using System.Net;
using System.Net.Http.Json;
using System.Runtime.Versioning;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using PilotCity.Defaults.Identity;

namespace PilotCity.Defaults.Tests.Identity;

[UnsupportedOSPlatform("windows")]
public sealed class DemonstrationIssuerTests
{
    [Fact]
    public void The_key_is_made_once_and_for_its_owner_alone()
    {
        using var folder = new Folder();
        string jwks;
        using (var first = DemonstrationIssuer.Open(folder.Path, TimeProvider.System))
        {
            jwks = first.Jwks;
            _ = first.Token(DemonstrationAccounts.All[0]);
        }

        using var second = DemonstrationIssuer.Open(folder.Path, TimeProvider.System);

        Assert.Equal(jwks, second.Jwks);
        Assert.NotEmpty(second.Token(DemonstrationAccounts.All[0]));
        var file = Assert.Single(Directory.GetFiles(folder.Path));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.DoesNotContain("\"d\"", jwks, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_that_others_can_read_or_that_is_no_key_is_refused_by_name()
    {
        using var folder = new Folder();
        DemonstrationIssuer.Open(folder.Path, TimeProvider.System).Dispose();
        var file = Path.Combine(folder.Path, DemonstrationIssuer.KeyFile);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        Assert.Equal(file, Assert.Throws<SettingException>(() => DemonstrationIssuer.Open(folder.Path, TimeProvider.System)).Key);

        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllText(file, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
        Assert.Equal(file, Assert.Throws<SettingException>(() => DemonstrationIssuer.Open(folder.Path, TimeProvider.System)).Key);
    }

    [Fact]
    public async Task Signs_in_over_HTTP_accounts_and_enterprises()
    {
        await using var host = await TestHost.Start(app => app.MapGet("/me", (HttpContext c) => $"{c.Caller().Sub} {c.Caller().City}"));
        var issuer = host.Issuer;
        await using var door = await TestHost.Start(app => app.MapDemonstrationIssuer(issuer));

        async Task<string> Me(object signIn)
        {
            var token = await (await door.Anonymous.PostAsJsonAsync("/identity/token", signIn)).Content.ReadFromJsonAsync<JsonElement>();
            Assert.Equal(28_800, token.GetProperty("expiresIn").GetInt32());
            using var client = host.With(token.GetProperty("accessToken").GetString()!);
            return await client.GetStringAsync("/me");
        }

        Assert.Equal("finance-officer-1 350800", await Me(new { account = "finance-officer-1" }));
        Assert.Equal("enterprise-91350800MA2XXXXX0A 350800", await Me(new { role = "enterprise", org = "91350800MA2XXXXX0A" }));
        Assert.Equal("provider-91350800MA2XXXXX0A 000000", await Me(new { role = "provider", org = "91350800MA2XXXXX0A", city = "000000" }));
        Assert.Contains("auditor-1", await door.Anonymous.GetStringAsync("/identity/accounts"), StringComparison.Ordinal);
        Assert.Equal(issuer.Jwks, await door.Anonymous.GetStringAsync("/.well-known/jwks.json"));
    }

    [Theory]
    [InlineData("""{"account":"nobody"}""", HttpStatusCode.NotFound, "account.unknown")]
    [InlineData("{}", HttpStatusCode.BadRequest, "account.unreadable")]
    [InlineData("""{"role":"auditor","org":"91350800MA2XXXXX0A"}""", HttpStatusCode.BadRequest, "account.unreadable")]
    [InlineData("""{"role":"enterprise","org":"91350800MA2XXXXX0"}""", HttpStatusCode.BadRequest, "account.unreadable")]
    [InlineData("""{"role":"enterprise","org":"91350800MA2XXXXX0A","city":"35"}""", HttpStatusCode.BadRequest, "account.unreadable")]
    [InlineData("""{"account":"auditor-1","org":"91350800MA2XXXXX0A"}""", HttpStatusCode.BadRequest, "account.unreadable")]
    [InlineData("""{"role":"emperor","org":"91350800MA2XXXXX0A"}""", HttpStatusCode.BadRequest, "request.malformed")]
    public async Task A_sign_in_that_makes_no_sense_is_refused(string body, HttpStatusCode status, string code)
    {
        using var folder = new Folder();
        using var issuer = DemonstrationIssuer.Open(folder.Path, TimeProvider.System);
        await using var door = await TestHost.Start(app => app.MapDemonstrationIssuer(issuer));

        var answer = await door.Anonymous.PostAsync("/identity/token", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));

        Assert.Equal(status, answer.StatusCode);
        Assert.Equal(code, (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString());
    }

    [Fact]
    public void Account_names_are_unique_and_every_role_of_a_person_has_one()
    {
        var roles = DemonstrationAccounts.All.SelectMany(a => a.Roles).ToHashSet();
        Assert.Equal(DemonstrationAccounts.All.Count, DemonstrationAccounts.All.Select(a => a.Account).Distinct().Count());
        Assert.Equal(Enum.GetValues<Role>().Except([Role.Enterprise, Role.Provider, Role.Service]).Order(), roles.Order());
    }
}
