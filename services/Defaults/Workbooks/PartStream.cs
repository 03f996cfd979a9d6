namespace PilotCity.Defaults.Workbooks;

/// <summary>The unpacked bytes that may still be read from one workbook, whatever its directory claims.</summary>
internal sealed class UnpackingBudget(long bytes)
{
    private long left = bytes;

    public bool Exceeded => left < 0;

    public void Take(int count)
    {
        left -= count;
        if (left < 0)
        {
            throw new InvalidDataException("more is unpacked than the bound allows");
        }
    }
}

/// <summary>One part of the package while it is read: counts what it unpacks and, at its end, compares the checksum, which the framework does not.</summary>
internal sealed class PartStream(Stream packed, uint expectedCrc, UnpackingBudget budget) : Stream
{
    private static readonly uint[] Table = BuildTable();
    private uint crc = uint.MaxValue;
    private bool ended;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        var count = packed.Read(buffer);
        if (count > 0)
        {
            budget.Take(count);
            foreach (var octet in buffer[..count])
            {
                crc = Table[(byte)(crc ^ octet)] ^ (crc >> 8);
            }
        }
        else if (buffer.Length > 0 && !ended)
        {
            ended = true;
            if (~crc != expectedCrc)
            {
                throw new InvalidDataException("the checksum does not match");
            }
        }

        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <summary>Reads what is left, so that the checksum covers the whole part.</summary>
    public void Finish()
    {
        Span<byte> rest = stackalloc byte[4096];
        while (Read(rest) > 0)
        {
        }
    }

    public override void Flush() => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            packed.Dispose();
        }

        base.Dispose(disposing);
    }

    private static uint[] BuildTable()
    {
        var table = new uint[256];
        for (var value = 0u; value < table.Length; value++)
        {
            var rest = value;
            for (var bit = 0; bit < 8; bit++)
            {
                rest = (rest & 1) != 0 ? 0xEDB88320u ^ (rest >> 1) : rest >> 1;
            }

            table[value] = rest;
        }

        return table;
    }
}
