using Google.Protobuf;
using Grpc.Core;
using PilotCity.Contracts.Oversight.V1;
using PilotCity.Defaults;
using PilotCity.Defaults.Bus;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Oversight.Checkpoints;
using PilotCity.Oversight.Tree;
using PilotCity.Oversight.Witnesses;

namespace PilotCity.Oversight;

/// <summary>
/// The city's log for programs of auditors and monitors: checkpoint, tiles and proofs as over HTTP. Faults: <c>request.city</c>, <c>request.role</c>, <c>request.query</c>,
/// <c>tile.unknown</c>, <c>entry.unknown</c>, <c>tree.cut</c>, <c>tree.rewritten</c>.
/// </summary>
internal sealed class TransparencyLogGrpc(ServiceLog log, SignCheckpoint sign, WitnessPolicy policy) : TransparencyLog.TransparencyLogBase
{
    public override async Task<GetCheckpointReply> GetCheckpoint(GetCheckpointRequest request, ServerCallContext context)
    {
        Admit(context, request.City);
        var signed = Granted(await sign.Now(request.City, context.CancellationToken));
        await using var connection = await log.Database.Connect(context.CancellationToken);
        return new() { Note = await Cosignatures.Under(connection, request.City, signed, context.CancellationToken) };
    }

    public override async Task<GetTileReply> GetTile(GetTileRequest request, ServerCallContext context)
    {
        Admit(context, request.City);
        return new() { Data = UnsafeByteOperations.UnsafeWrap(Granted(await ReadTile.Read(log, request.City, request.Path, context.CancellationToken))) };
    }

    public override async Task<ProveInclusionReply> ProveInclusion(ProveInclusionRequest request, ServerCallContext context)
    {
        Admit(context, request.City);
        var proof = Granted(await Entries.ProveInclusion.Prove(log, sign, policy, request.City, request.Service, request.Position, context.CancellationToken));
        var reply = new ProveInclusionReply { Index = proof.Index, LeafHash = Bytes(proof.Leaf), Checkpoint = proof.Checkpoint };
        reply.Hashes.AddRange(proof.Hashes.Select(Bytes));
        return reply;
    }

    public override async Task<ProveConsistencyReply> ProveConsistency(ProveConsistencyRequest request, ServerCallContext context)
    {
        Admit(context, request.City);
        var signed = Granted(await sign.Now(request.City, context.CancellationToken));
        var to = request.ToSize == 0 ? signed.Size : request.ToSize;
        var wrong = to < 0 || to > signed.Size ? Checkpoints.ProveConsistency.OutOfRange("to", signed.Size)
            : request.FromSize < 0 || request.FromSize > to ? Checkpoints.ProveConsistency.OutOfRange("from", to)
            : null;
        if (wrong is not null)
        {
            throw GrpcFaults.Exception(wrong);
        }

        var proof = await Checkpoints.ProveConsistency.Prove(log, request.City, request.FromSize, to, signed.Note, context.CancellationToken);
        var reply = new ProveConsistencyReply { FromSize = proof.From, FromRoot = Bytes(proof.FromRoot), ToSize = proof.To, ToRoot = Bytes(proof.ToRoot), Checkpoint = proof.Checkpoint };
        reply.Hashes.AddRange(proof.Hashes.Select(Bytes));
        return reply;
    }

    private static void Admit(ServerCallContext context, string city)
    {
        var caller = context.GetHttpContext().Caller();
        if (caller.City != city)
        {
            throw GrpcFaults.Exception(SliceFaults.OtherCity);
        }

        if (caller.As(Officials.All) is null)
        {
            throw GrpcFaults.Exception(SliceFaults.RoleMissing);
        }
    }

    private static T Granted<T>(Result<T> result) => result.Ok ? result.Value : throw GrpcFaults.Exception(result.Fault);

    private static ByteString Bytes(Hash hash) => UnsafeByteOperations.UnsafeWrap(hash.ToArray());
}
