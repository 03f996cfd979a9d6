using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace PilotCity.Gateway;

/// <summary>The gateway is ready when of every service behind it an instance lives; which service has none is said.</summary>
internal sealed class Upstreams(IReadOnlyDictionary<string, Uri[]> services) : IHealthCheck, IDisposable
{
    private readonly HttpClient client = new() { Timeout = TimeSpan.FromSeconds(2) };

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var answers = await Task.WhenAll(services.Select(async s => (s.Key, Lives: (await Task.WhenAll(s.Value.Select(i => Lives(i, cancellationToken)))).Contains(true))));
        var away = answers.Where(a => !a.Lives).Select(a => a.Key).ToArray();
        return away.Length == 0 ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy($"not answering: {string.Join(", ", away)}");
    }

    public void Dispose() => client.Dispose();

    private async Task<bool> Lives(Uri instance, CancellationToken ct)
    {
        try
        {
            using var answer = await client.GetAsync(new Uri(instance, "/health/live"), ct);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
        catch (TaskCanceledException) when (!ct.IsCancellationRequested)
        {
            return false;
        }
    }
}
