using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.IdentityModel.Tokens;
using Microsoft.Extensions.DependencyInjection;
using PilotCity.Defaults.Identity;

namespace PilotCity.Defaults.Tests.Identity;

public sealed class ServiceTokenTests
{
    private static readonly SymmetricSecurityKey Key = new(Encoding.UTF8.GetBytes(new string('k', 32)));

    [Fact]
    public async Task A_gRPC_route_takes_a_service_and_no_person()
    {
        await using var host = await TestHost.Start(app => app.MapGet("/inner", () => "in").RequireAuthorization(ServiceToken.Policy));
        using var service = host.With(host.App.Services.GetRequiredService<ServiceToken>().Current());
        using var person = host.As("operator-1");
        using var stranger = host.With(new ServiceToken("test", Key, host.Clock).Current());

        Assert.Equal("in", await service.GetStringAsync("/inner"));
        Assert.Equal(HttpStatusCode.Unauthorized, (await person.GetAsync("/inner")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync("/inner")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.Anonymous.GetAsync("/inner")).StatusCode);
    }

    [Theory]
    [InlineData(239, true)]
    [InlineData(240, false)]
    [InlineData(-1, false)]
    public void A_token_is_kept_until_its_last_minute(int seconds, bool same)
    {
        var clock = new Clock(DateTimeOffset.FromUnixTimeSeconds(2_000_000_000));
        var token = new ServiceToken("test", Key, clock);
        var first = token.Current();

        clock.Now += TimeSpan.FromSeconds(seconds);

        Assert.Equal(same, token.Current() == first);
    }
}
