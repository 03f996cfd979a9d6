namespace PilotCity.Oversight.Exports;

/// <summary>Lines of a file of others, each ended by a newline and none longer than <paramref name="bytesMax"/>: what does not end is not read on for ever.</summary>
internal sealed class BoundedLines(Stream stream, int bytesMax)
{
    private const int BufferBytes = 1 << 16;

    private byte[] buffer = new byte[BufferBytes];
    private int begin;
    private int end;

    /// <summary>The number of the line that was read last, from 1.</summary>
    public long Number { get; private set; }

    /// <summary>The next line without its newline; null at the end of the file. Throws <see cref="InvalidDataException"/> for one that is too long or has no end.</summary>
    public ReadOnlySpan<byte> Next(out bool there)
    {
        for (var searched = begin; ;)
        {
            var newLine = buffer.AsSpan(searched, end - searched).IndexOf((byte)'\n');
            if (newLine >= 0)
            {
                var line = buffer.AsSpan(begin, searched + newLine - begin);
                begin = searched + newLine + 1;
                Number++;
                there = true;
                return line;
            }

            searched = end;
            if (end - begin > bytesMax)
            {
                throw new InvalidDataException($"line {Number + 1} is longer than {bytesMax} bytes");
            }

            if (end == buffer.Length)
            {
                var larger = begin == 0 ? new byte[2 * buffer.Length] : buffer;
                buffer.AsSpan(begin, end - begin).CopyTo(larger);
                (buffer, searched, end, begin) = (larger, searched - begin, end - begin, 0);
            }

            var read = stream.Read(buffer, end, buffer.Length - end);
            if (read == 0)
            {
                there = false;
                return end == begin ? [] : throw new InvalidDataException($"line {Number + 1} does not end");
            }

            end += read;
        }
    }
}
