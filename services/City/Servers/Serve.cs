using System.CommandLine;
using System.Runtime.InteropServices;
using PilotCity.City.Demonstration;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Gateway;

namespace PilotCity.City.Servers;

/// <summary>
/// <c>serve SERVICE</c>, hidden: what <see cref="ServerCity"/> starts. One service, or the gateway, with its settings as <c>--Key=value</c> and
/// from the environment, for as long as whoever started it holds its standard input open.
/// </summary>
internal static class Serve
{
    internal const string Verb = "serve", Gateway = "gateway", ClockOption = "--clock", SignInOption = "--sign-in";

    /// <summary>Who is alone after this is gone: the host's own bound for requests under way is 15 s.</summary>
    private static readonly TimeSpan OrphanPatience = TimeSpan.FromSeconds(20);

    internal static Command Command()
    {
        var service = new Argument<string>("SERVICE");
        service.AcceptOnlyFromAmong([.. Shapes.Names, Gateway]);
        var clock = new Option<string?>(ClockOption) { Description = "the file of a simulated clock" };
        var signIn = new Option<string?>(SignInOption) { Description = "the folder of the demonstration issuer's key: anybody may sign in" };
        var command = new Command(Verb, "one service in this process") { service, clock, signIn };
        command.Hidden = true;
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (parsed, _) => await Run(parsed.GetRequiredValue(service), parsed.GetValue(clock), parsed.GetValue(signIn), [.. parsed.UnmatchedTokens]));
        return command;
    }

    private static async Task<int> Run(string service, string? clockFile, string? signIn, string[] settings)
    {
        using var simulated = clockFile is null ? null : SimulatedClock.Shared(clockFile);
        var clock = simulated ?? TimeProvider.System;
        using var issuer = signIn is null ? null : DemonstrationIssuer.Open(signIn, clock);
        using var life = new LifeOfParent();
        try
        {
            var hosting = new Hosting
            {
                Args = settings,
                Clock = clock,
                Configure = services =>
                {
                    services.AddSingleton<IHostLifetime>(life);
                    if (issuer is not null)
                    {
                        services.AddSingleton(issuer);
                    }
                },
            };
            await using var host = service == Gateway ? GatewayHost.Build(hosting) : Shapes.All.Single(s => s.Name == service).Build(hosting);
            life.Ends(host.Lifetime);
            await host.RunAsync();
            return 0;
        }
        catch (SettingException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 2;
        }
    }

    /// <summary>The process stops on SIGTERM, or when its standard input ends; Ctrl-C is for whoever started it.</summary>
    private sealed class LifeOfParent : IHostLifetime, IDisposable
    {
        private readonly PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true);
        private PosixSignalRegistration? terminate;

        public void Ends(IHostApplicationLifetime host)
        {
            terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
            {
                signal.Cancel = true;
                host.StopApplication();
            });
            new Thread(() =>
            {
                using var input = Console.OpenStandardInput();
                Span<byte> ignored = stackalloc byte[256];
                while (input.Read(ignored) > 0)
                {
                    // Nothing is said here; only the end counts.
                }

                host.StopApplication();
                new Thread(() =>
                {
                    if (!Stopped.Wait(OrphanPatience))
                    {
                        Environment.Exit(1);
                    }
                })
                { IsBackground = true }.Start();
            })
            { IsBackground = true, Name = "standard input" }.Start();
        }

        private ManualResetEventSlim Stopped { get; } = new();

        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken)
        {
            Stopped.Set();
            return Task.CompletedTask;
        }

        public void Dispose()
        {
            interrupt.Dispose();
            terminate?.Dispose();
        }
    }
}
