using Google.Protobuf;
using PilotCity.Contracts.Log.V1;

namespace PilotCity.Contracts.Tests;

/// <summary>The message on the bus carries the entries as the feed would give them.</summary>
public sealed class EntriesAppendedTests
{
    [Fact]
    public void The_batch_reads_back_as_the_entries()
    {
        var batch = new EntryBatch
        {
            Entries =
            {
                new LogEntry
                {
                    Service = "funding", City = "350800", Position = 7, Stream = "award/1", Version = 1, Type = "AwardDecided",
                    Payload = ByteString.CopyFromUtf8("{}"), CommandId = ByteString.CopyFrom(new byte[16]), Actor = "a", AtMicros = 1,
                    Trace = "t", Hash = ByteString.CopyFrom(new byte[32]), Head = ByteString.CopyFrom(new byte[32]),
                },
            },
        };
        var message = new EntriesAppended("funding", "350800", 7, 7, batch.ToByteArray());
        Assert.Equal(batch, EntryBatch.Parser.ParseFrom(message.Batch));
    }

    [Fact]
    public void An_empty_batch_holds_no_entries() =>
        Assert.Empty(EntryBatch.Parser.ParseFrom(new EntriesAppended("funding", "350800", 1, 100_000, []).Batch).Entries);
}
