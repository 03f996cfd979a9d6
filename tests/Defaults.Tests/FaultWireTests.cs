namespace PilotCity.Defaults.Tests;

public sealed class FaultWireTests
{
    [Theory]
    [InlineData(FaultKind.Invalid, 400, 3)]
    [InlineData(FaultKind.Unauthenticated, 401, 16)]
    [InlineData(FaultKind.Forbidden, 403, 7)]
    [InlineData(FaultKind.NotFound, 404, 5)]
    [InlineData(FaultKind.Conflict, 409, 6)]
    [InlineData(FaultKind.Stale, 412, 10)]
    [InlineData(FaultKind.TooLarge, 413, 11)]
    [InlineData(FaultKind.Refused, 422, 9)]
    [InlineData(FaultKind.TooMany, 429, 8)]
    [InlineData(FaultKind.Unavailable, 503, 14)]
    public void Every_kind_has_one_status_on_each_wire_and_is_read_back(FaultKind kind, int http, int grpc)
    {
        Assert.Equal(http, FaultWire.HttpStatus(kind));
        Assert.Equal(grpc, FaultWire.GrpcStatus(kind));
        Assert.Equal(kind, FaultWire.KindOfGrpc(grpc));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(13)]
    [InlineData(99)]
    public void A_status_that_no_fault_has_is_no_kind(int grpc) => Assert.Null(FaultWire.KindOfGrpc(grpc));

    [Fact]
    public void No_two_kinds_share_a_gRPC_code()
    {
        var kinds = Enum.GetValues<FaultKind>();
        Assert.Equal(kinds.Length, kinds.Select(FaultWire.GrpcStatus).Distinct().Count());
    }
}
