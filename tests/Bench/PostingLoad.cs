using System.Buffers.Binary;
using System.Diagnostics;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using PilotCity.Contracts.Funding.V1;
using PilotCity.Defaults.Identity;

namespace PilotCity.Bench;

/// <summary>
/// Batches of postings on one fund over gRPC: an officer reserves, an approver posts one half and voids the other, so that nothing stays
/// reserved. Each is one posting in double entry and one entry in the log; a batch is one command.
/// </summary>
internal sealed class PostingLoad : IDisposable
{
    /// <summary>Callers at once, and what each sends at a time: enough to keep the writer busy, few enough to be answered within 50 ms.</summary>
    internal const int Callers = 2, Items = 250;

    private readonly GrpcChannel channel;
    private readonly Ledger.LedgerClient client;
    private readonly Metadata officer, approver;
    private readonly string code, fund;
    private readonly ulong run = (ulong)Random.Shared.NextInt64();
    private long made;

    internal PostingLoad(BenchCity city, string code = BenchCity.Code, string fund = BenchCity.HotFund)
    {
        channel = GrpcChannel.ForAddress(city.Funding.Grpc!);
        client = new(channel);
        (this.code, this.fund) = (code, fund);
        officer = Signed(city.Token("bench-1", Role.FinanceOfficer, code));
        approver = Signed(city.Token("bench-2", Role.FinanceApprover, code));
    }

    /// <summary>Told of every answered batch: the log's last position in it, and the moment (of <see cref="Stopwatch"/>) at which it was known.</summary>
    internal Action<long, long>? Answered { get; set; }

    /// <param name="perSecondMax">Postings a second that are not exceeded; without it as many as are taken.</param>
    internal async Task<(long Accepted, double PerSecond, Durations Batches)> Run(TimeSpan window, CancellationToken ct, int callers = Callers, int items = Items, double perSecondMax = double.PositiveInfinity)
    {
        var (accepted, batches) = (0L, new Durations());
        var wishes = Enumerable.Repeat(new PostItem { Reserve = new() { Use = Use.PublicServices, AmountFen = 1, Reference = "HT-2026-0001" } }, items).ToArray();
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(async _ =>
        {
            while (watch.Elapsed < window)
            {
                var reserves = Batch();
                reserves.Items.Add(wishes);
                var reserved = await Send(reserves, officer, batches, ct);
                var settles = Batch();
                for (var i = 0; i < items; i++)
                {
                    var reservation = reserved.Answers[i].Reservation;
                    settles.Items.Add(i % 2 == 0
                        ? new PostItem { Post = new() { Reservation = reservation, Document = "ZF-2026-0001" } }
                        : new PostItem { Void = new() { Reservation = reservation, Reason = "合同终止" } });
                }

                var settled = await Send(settles, approver, batches, ct);
                var due = TimeSpan.FromSeconds(Interlocked.Add(ref accepted, Count(reserved) + Count(settled)) / perSecondMax);
                if (due > watch.Elapsed)
                {
                    await Task.Delay(due - watch.Elapsed, ct);
                }
            }
        }));
        return (accepted, accepted / watch.Elapsed.TotalSeconds, batches);
    }

    /// <summary>Voids what commands with these ids reserved.</summary>
    internal async Task Void(IReadOnlyList<Guid> reservations, CancellationToken ct)
    {
        foreach (var chunk in reservations.Chunk(1_000))
        {
            var request = Batch();
            request.Items.Add(chunk.Select(r => new PostItem { Void = new() { Reservation = r.ToString("N"), Reason = "测速" } }));
            Count(await client.PostAsync(request, approver, cancellationToken: ct));
        }
    }

    public void Dispose() => channel.Dispose();

    private static Metadata Signed(string token) => new() { { "authorization", $"Bearer {token}" } };

    private async Task<PostReply> Send(PostRequest request, Metadata who, Durations batches, CancellationToken ct)
    {
        var start = Stopwatch.GetTimestamp();
        var reply = await client.PostAsync(request, who, cancellationToken: ct);
        var end = Stopwatch.GetTimestamp();
        batches.Add(Stopwatch.GetElapsedTime(start, end));
        Answered?.Invoke(reply.Position, end);
        return reply;
    }

    private static int Count(PostReply reply) =>
        reply.Answers.FirstOrDefault(a => a.Refusal is not null) is { } refused
            ? throw new InvalidOperationException($"a posting was refused: {refused.Refusal.Code} {refused.Refusal.MessageEn}")
            : reply.Answers.Count;

    private PostRequest Batch()
    {
        // Never the same twice, and cheaper than chance.
        Span<byte> id = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(id, run);
        BinaryPrimitives.WriteInt64BigEndian(id[8..], Interlocked.Increment(ref made));
        return new() { City = code, CommandId = ByteString.CopyFrom(id), Fund = fund };
    }
}
