namespace PilotCity.Oversight.Exports;

/// <summary>Where two files part.</summary>
internal static class Difference
{
    private const int BufferBytes = 1 << 16;

    /// <summary>How many <paramref name="marks"/> (ends of lines, beginnings of rows) stand before the first difference; null where there is none.</summary>
    public static async Task<long?> Find(Stream left, Stream right, byte[] marks)
    {
        // What was the same at the end of the last block is kept before the next: a mark may lie across both.
        var kept = marks.Length - 1;
        var (ours, theirs) = (new byte[kept + BufferBytes], new byte[BufferBytes]);
        for (long before = 0, carried = 0; ;)
        {
            var read = await left.ReadAtLeastAsync(ours.AsMemory(kept), BufferBytes, throwOnEndOfStream: false);
            var other = await right.ReadAtLeastAsync(theirs, BufferBytes, throwOnEndOfStream: false);
            var same = ours.AsSpan(kept, read).CommonPrefixLength(theirs.AsSpan(0, other));
            before += ours.AsSpan((int)(kept - carried), (int)carried + same).Count(marks);
            if (same < read || same < other)
            {
                return before;
            }

            if (read < BufferBytes)
            {
                return null;
            }

            carried = kept;
            ours.AsSpan(read, kept).CopyTo(ours);
        }
    }
}
