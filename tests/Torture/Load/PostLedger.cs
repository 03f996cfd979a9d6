using System.Globalization;
using Grpc.Core;
using Grpc.Net.Client;
using PilotCity.City.Servers;
using PilotCity.Contracts.Funding.V1;

namespace PilotCity.Torture.Load;

/// <summary>Batches of postings over gRPC, sent as commands are: the body is the request, an answer says what one over HTTP says. Attempts go from instance to instance.</summary>
internal sealed class PostLedger(IEnumerable<ServiceProcess> instances) : IDisposable
{
    internal const string ContentType = "application/grpc";

    private readonly GrpcChannel[] channels = [.. instances.Select(i => GrpcChannel.ForAddress(i.Grpc!))];

    /// <summary>The answer; null with the reason where there is none that promises something.</summary>
    internal async Task<(Told? Told, string Why)> Try(Command command, string token, CancellationToken ct)
    {
        var client = new Ledger.LedgerClient(channels[command.Attempts % channels.Length]);
        try
        {
            var reply = await client.PostAsync(PostRequest.Parser.ParseFrom(command.Body), new Metadata { { "Authorization", $"Bearer {token}" } }, cancellationToken: ct);
            var answers = string.Join(',', reply.Answers.Select(a => a.ResultCase == PostAnswer.ResultOneofCase.Reservation ? $"\"{a.Reservation}\"" : $"{{\"code\":\"{a.Refusal.Code}\"}}"));
            return (new Told(200, $"[{answers}]", null, reply.Position.ToString(CultureInfo.InvariantCulture), reply.Repeated), string.Empty);
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.Unavailable or StatusCode.Cancelled or StatusCode.DeadlineExceeded or StatusCode.ResourceExhausted)
        {
            return (null, $"{e.StatusCode} {e.Status.Detail}");
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.Internal or StatusCode.Unknown)
        {
            // What breaks under way carries an exception of ours; a bug over there is its word alone.
            return e.Status.DebugException is not null || ct.IsCancellationRequested ? (null, $"{e.StatusCode} {e.Status.Detail}") : (new Told(500, e.Status.Detail, null, null, false), string.Empty);
        }
        catch (RpcException e)
        {
            return (new Told(400, $"{{\"code\":\"{e.StatusCode} {e.Status.Detail.Replace('"', '\'')}\"}}", null, null, false), string.Empty);
        }
    }

    public void Dispose()
    {
        foreach (var channel in channels)
        {
            channel.Dispose();
        }
    }
}
