using System.Net;
using System.Text;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using PilotCity.Defaults.Identity;

namespace PilotCity.Defaults.Tests.Identity;

public sealed class UserTokenTests
{
    [Fact]
    public async Task A_token_says_who_asks()
    {
        await using var host = await TestHost.Start(Me);
        using var client = host.As("bureau-both-1");

        Assert.Equal("bureau-both-1 350800-bureau 350800 BureauOfficer,BureauApprover", await client.GetStringAsync("/me"));
    }

    [Theory]
    [InlineData(0, 200)]
    [InlineData((8 * 3600) + 29, 200)]
    [InlineData((8 * 3600) + 30, 401)]
    [InlineData(-30, 200)]
    [InlineData(-31, 401)]
    public async Task A_token_lives_on_the_clock_of_the_host(int seconds, int status)
    {
        await using var host = await TestHost.Start(Me);
        host.Clock.Now = DateTimeOffset.FromUnixTimeSeconds(4_000_000_000);
        using var client = host.As("auditor-1");

        host.Clock.Now += TimeSpan.FromSeconds(seconds);

        Assert.Equal(status, (int)(await client.GetAsync("/me")).StatusCode);
    }

    [Theory]
    [InlineData("a@b", "org", "350800")]
    [InlineData("", "org", "350800")]
    [InlineData("sub", "o:rg", "350800")]
    [InlineData("sub", "org", "35080")]
    [InlineData("sub", "org", "３５０８００")]
    [InlineData("sub", "org", "350800\n")]
    public async Task Claims_that_no_entry_could_hold_sign_nobody_in(string sub, string org, string city)
    {
        await using var host = await TestHost.Start(Me);
        using var client = host.With(host.Issuer.Token(sub, org, city, Role.Auditor));

        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/me")).StatusCode);
    }

    [Fact]
    public async Task The_role_of_the_product_itself_is_nobodys()
    {
        await using var host = await TestHost.Start(Me);
        using var client = host.With(host.Issuer.Token("sub", "org", "350800", Role.Service, Role.Auditor));

        Assert.Equal("sub org 350800 Auditor", await client.GetStringAsync("/me"));
    }

    [Fact]
    public async Task A_key_of_somebody_else_a_service_token_and_an_unsigned_token_sign_nobody_in()
    {
        await using var host = await TestHost.Start(Me);
        using var folder = new Folder();
        using var other = DemonstrationIssuer.Open(folder.Path, host.Clock);
        var account = DemonstrationAccounts.Find("operator-1")!;
        var unsigned = new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = DemonstrationIssuer.Issuer,
            Audience = "pilot-city",
            Claims = new Dictionary<string, object> { ["sub"] = "a", ["org"] = "b", ["city"] = "350800" },
        });
        var symmetric = new ServiceToken("x", new SymmetricSecurityKey(Encoding.UTF8.GetBytes(new string('k', 32))), host.Clock).Current();

        foreach (var token in new[] { other.Token(account), unsigned, symmetric, "rubbish", host.Issuer.Token(account)[..^4] })
        {
            using var client = host.With(token);
            Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/me")).StatusCode);
        }
    }

    [Fact]
    public async Task A_token_that_was_found_good_dies_on_the_clock_all_the_same()
    {
        await using var host = await TestHost.Start(Me);
        using var client = host.As("auditor-1");
        host.Clock.Now += TimeSpan.FromSeconds((8 * 3600) + 20);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/me")).StatusCode);

        host.Clock.Now += TimeSpan.FromSeconds(10);

        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/me")).StatusCode);
    }

    [Theory]
    [InlineData(59, HttpStatusCode.OK)]
    [InlineData(60, HttpStatusCode.Unauthorized)]
    [InlineData(-1, HttpStatusCode.Unauthorized)]
    public async Task A_key_that_its_authority_withdrew_is_noticed_within_a_minute(int seconds, HttpStatusCode status)
    {
        await using var host = await TestHost.Start(Me);
        using var client = host.As("auditor-1");
        Assert.Equal("auditor-1 350800-audit 350800 Auditor", await client.GetStringAsync("/me"));
        host.App.Services.GetRequiredService<IOptionsMonitor<JwtBearerOptions>>().Get(UserToken.Scheme).TokenValidationParameters.IssuerSigningKeys = [];

        host.Clock.Now += TimeSpan.FromSeconds(seconds);

        Assert.Equal(status, (await client.GetAsync("/me")).StatusCode);
    }

    [Fact]
    public async Task A_good_token_lets_no_other_in_and_says_the_same_again()
    {
        await using var host = await TestHost.Start(Me);
        var token = host.Issuer.Token(DemonstrationAccounts.Find("auditor-1")!);
        foreach (var (sent, status) in new[] { (token, 200), (token, 200), (token[..^1], 401), (token + "x", 401), (token.ToUpperInvariant(), 401), (token, 200) })
        {
            using var client = host.With(sent);
            Assert.Equal(status, (int)(await client.GetAsync("/me")).StatusCode);
        }
    }

    private static void Me(WebApplication app) => app.MapGet("/me", (HttpContext context) =>
    {
        var caller = context.Caller();
        return $"{caller.Sub} {caller.Org} {caller.City} {string.Join(',', caller.Roles.Order())}";
    });
}
