using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using PilotCity.Defaults;
using PilotCity.Oversight.Checkpoints;
using PilotCity.Oversight.Tree;

namespace PilotCity.Oversight.Exports;

/// <summary>An export that holds: its manifest, the checkpoint it stands under, and whether the key came from elsewhere or from the file itself.</summary>
internal sealed record VerifiedExport(ExportManifest Manifest, Checkpoint Checkpoint, VerifierKey Key, bool KeyWasGiven);

/// <summary>
/// Checks an exported trail with nothing but its file, and names the first thing that does not hold. In this order: the form; the key; the signature
/// of the checkpoint; that each entry stands in the tree, and its line says what it holds; that the other files are made of the same entries; and
/// that the manifest tells of these files. Memory does not grow with the entries.
/// Faults: <c>export.malformed</c>, <c>export.key_other</c>, <c>export.checkpoint_other</c>, <c>export.entry_wrong</c>, <c>export.line_changed</c>,
/// <c>export.proof_wrong</c>, <c>export.count_wrong</c>, <c>export.file_changed</c>, and those of keys, notes and checkpoints.
/// </summary>
internal static class VerifyExport
{
    /// <summary>The beginning of a package, by which it is told from a receipt.</summary>
    public static ReadOnlySpan<byte> Magic => "PK\u0003\u0004"u8;

    /// <summary>An entry of 65,535 bytes in base64, and once more as JSON with every character escaped, is under half a million.</summary>
    private const int LineBytesMax = 1024 * 1024;

    /// <summary>Two hashes in base64.</summary>
    private const int ProofLineBytesMax = 128;

    private const int BufferBytes = 1 << 16;

    /// <summary>What a workbook that we make again may differ in by how it is packed; one that is longer by more is another workbook.</summary>
    private const long PackingBytes = 1024 * 1024;

    private static readonly string[] Names = [ExportTrail.Lines, ExportTrail.Csv, ExportTrail.Xlsx, ExportTrail.Proof, ExportManifest.Name];

    /// <param name="file">The package; it seeks.</param>
    /// <param name="trusted">The city's key as the verifier has it from elsewhere; null: the export's own key is used, which shows that the
    /// export is whole but not whose it is.</param>
    public static async Task<Result<VerifiedExport>> Check(Stream file, VerifierKeys? trusted, CancellationToken ct)
    {
        var reading = "";
        try
        {
            // 1. The form.
            using var zip = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
            if (!zip.Entries.Select(e => e.FullName).Order(StringComparer.Ordinal).SequenceEqual(Names.Order(StringComparer.Ordinal)))
            {
                return Malformed("", $"其中应有且仅有 {string.Join('、', Names)}", $"it should hold {string.Join(", ", Names)} and nothing else");
            }

            var parts = zip.Entries.ToDictionary(e => reading = e.FullName, StringComparer.Ordinal);
            reading = ExportManifest.Name;
            var read = ReadManifest(parts[ExportManifest.Name]);
            if (!read.Ok)
            {
                return read.Fault;
            }

            // 2. and 3. The key and the checkpoint.
            var signed = OpenCheckpoint(read.Value, trusted);
            if (!signed.Ok)
            {
                return signed.Fault;
            }

            // 4. Each entry in the tree; 5. the files that are made of them; 6. the manifest.
            reading = $"{ExportTrail.Lines}, {ExportTrail.Proof}";
            if (Entries(parts, read.Value, signed.Value.Checkpoint) is { } wrong)
            {
                return wrong;
            }

            reading = ExportTrail.Csv;
            var same = await Made(parts, ExportTrail.Csv, into => ExportTrail.WriteCsv(Proven, read.Value.Language, into, ct), CompareText)
                ?? await Made(parts, ExportTrail.Xlsx, into => ExportTrail.WriteXlsx(Proven, read.Value.Language, into, ct), CompareWorkbook);
            return (same ?? Sums(parts, read.Value)) is { } changed ? changed : new VerifiedExport(read.Value, signed.Value.Checkpoint, signed.Value.Key, trusted is not null);

            async IAsyncEnumerable<ExportedEntry> Proven([EnumeratorCancellation] CancellationToken stop)
            {
                await Task.CompletedTask;
                using var lines = parts[ExportTrail.Lines].Open();
                foreach (var entry in Read(lines).Select(e => e.Entry))
                {
                    stop.ThrowIfCancellationRequested();
                    yield return entry;
                }
            }
        }
        catch (Exception e) when (e is InvalidDataException or FormatException or JsonException or EndOfStreamException)
        {
            return Malformed(reading, $"无法读取（{e.Message}）", $"it cannot be read ({e.Message})");
        }
    }

    private static Result<ExportManifest> ReadManifest(ZipArchiveEntry part)
    {
        if (part.Length > ExportManifest.BytesMax)
        {
            return Malformed(ExportManifest.Name, $"超过 {ExportManifest.BytesMax} 字节", $"it is longer than {ExportManifest.BytesMax} bytes");
        }

        using var stream = part.Open();
        var bytes = new byte[part.Length];
        stream.ReadExactly(bytes);
        var manifest = JsonSerializer.Deserialize<ExportManifest>(bytes, Json.Strict);
        return manifest is null or { Query: null } or { Files: null } or { Checkpoint: null } or { VerifierKey: null } ? Malformed(ExportManifest.Name, "缺少必要的字段", "a field is missing")
            : manifest.Format != ExportManifest.FormatNow ? Malformed(ExportManifest.Name, $"格式是“{manifest.Format}”，本程序识别 {ExportManifest.FormatNow}", $"its format is '{manifest.Format}', this program knows {ExportManifest.FormatNow}")
            : manifest.Language is not ("zh" or "en") ? Malformed(ExportManifest.Name, "language 应为 zh 或 en", "language should be zh or en")
            : manifest.Files.Any(f => f is null) || !manifest.Files.Select(f => f.Name).Append(ExportManifest.Name).Order(StringComparer.Ordinal).SequenceEqual(Names.Order(StringComparer.Ordinal))
                ? Malformed(ExportManifest.Name, "所列文件不是应有的文件", "the files it lists are not those of an export")
            : manifest;
    }

    private static Result<(Checkpoint Checkpoint, VerifierKey Key)> OpenCheckpoint(ExportManifest manifest, VerifierKeys? trusted)
    {
        var opened = BroughtCheckpoint.Open(manifest.VerifierKey, manifest.Checkpoint, manifest.City, trusted, "export.key_other", "export.checkpoint_other", Wrong);
        return opened.Ok && opened.Value.Checkpoint is var checkpoint && (checkpoint.Size, checkpoint.Root) != (manifest.TreeSize, manifest.Root)
            ? Wrong(
                "export.checkpoint_other",
                $"清单写的是 {manifest.TreeSize} 条、根 {manifest.Root}，所附检查点是 {checkpoint.Size} 条、根 {checkpoint.Root}",
                $"the manifest tells of {manifest.TreeSize} entries with the root {manifest.Root}, its checkpoint is of {checkpoint.Size} with the root {checkpoint.Root}")
            : opened;
    }

    /// <summary>From the signed root down to each entry: every hash on the way is known to be true before what lies under it is looked at.</summary>
    private static Fault? Entries(Dictionary<string, ZipArchiveEntry> parts, ExportManifest manifest, Checkpoint checkpoint)
    {
        using var linesStream = parts[ExportTrail.Lines].Open();
        using var proofStream = parts[ExportTrail.Proof].Open();
        var proof = new BoundedLines(proofStream, ProofLineBytesMax);
        if (Encoding.UTF8.GetString(proof.Next(out var begun)) != BatchProof.Header || !begun)
        {
            return Malformed(ExportTrail.Proof, $"首行应为 {BatchProof.Header}", $"the first line should be {BatchProof.Header}");
        }

        using var entries = Read(linesStream).GetEnumerator();
        var (next, last, count) = (entries.MoveNext() ? entries.Current : default, -1L, 0L);
        if ((checkpoint.Size > 0 ? Under(0, checkpoint.Size, checkpoint.Root) : null) is { } wrong)
        {
            return wrong;
        }

        if (next.Entry is { } beyond)
        {
            return NotInTree(beyond);
        }

        _ = proof.Next(out var more);
        return more ? Misses(last, checkpoint.Size)
            : count != manifest.Entries ? Wrong("export.count_wrong", $"清单写有 {manifest.Entries} 条，文件中是 {count} 条", $"the manifest tells of {manifest.Entries} entries, and {count} are there")
            : null;

        Fault? Under(long begin, long end, Hash expected)
        {
            if (next.Entry is not { } entry || entry.Index >= end)
            {
                return null;
            }

            if (end - begin == 1)
            {
                return entry.Leaf != expected ? NotInTree(entry) : !next.SaysSo ? LineChanged(entry) : Advance(entry);
            }

            var line = Encoding.UTF8.GetString(proof.Next(out var there));
            if (!BatchProof.TryParse(there ? line : null, out var left, out var right) || MerkleTree.NodeHash(left, right) != expected)
            {
                return Misses(last, entry.Index);
            }

            var middle = MerkleTree.Middle(begin, end);
            return Under(begin, middle, left) ?? Under(middle, end, right);
        }

        Fault? Advance(ExportedEntry entry)
        {
            (last, count) = (entry.Index, count + 1);
            next = entries.MoveNext() ? entries.Current : default;
            return next.Entry is { } following && following.Index <= last
                ? Malformed(ExportTrail.Lines, $"第 {count + 1} 行不在其应有的次序上", $"line {count + 1} is out of order")
                : null;
        }

        Fault Misses(long from, long until) => Wrong(
            "export.proof_wrong",
            $"证明（{ExportTrail.Proof} 第 {proof.Number} 行）与树中第 {from} 条之后、第 {until} 条及以前的条目不符：证明被改动，或此处有条目被删去、添加",
            $"the proof ({ExportTrail.Proof}, line {proof.Number}) does not fit the entries after index {from} up to index {until}: it was changed, or an entry was taken away or put in there");
    }

    /// <summary>The entries of <c>trail.jsonl</c>, and whether the line is the one that the entry gives.</summary>
    private static IEnumerable<(ExportedEntry Entry, bool SaysSo)> Read(Stream stream)
    {
        var lines = new BoundedLines(stream, LineBytesMax);
        while (Line(lines) is { } read)
        {
            yield return read;
        }

        static (ExportedEntry, bool)? Line(BoundedLines lines)
        {
            var line = lines.Next(out var there);
            if (!there)
            {
                return null;
            }

            Written? written = null;
            try
            {
                written = JsonSerializer.Deserialize<Written>(line, Json.Lenient);
            }
            catch (JsonException)
            {
                // Told below, by its number.
            }

            if (written is not { Index: >= 0 } || !Base64.TryDecode(written.Entry ?? "", Tiles.EntryBytesMax, out var bytes))
            {
                throw new InvalidDataException($"line {lines.Number} has no index or no entry in base64");
            }

            ExportedEntry entry;
            try
            {
                entry = new(written.Index, bytes);
            }
            catch (FormatException e)
            {
                throw new InvalidDataException($"line {lines.Number} (index {written.Index}): {e.Message}", e);
            }

            return (entry, line.SequenceEqual(entry.Line()));
        }
    }

    private sealed record Written(long Index, string? Entry);

    /// <summary>Makes a file again from the proven entries, and compares.</summary>
    private static async Task<Fault?> Made(Dictionary<string, ZipArchiveEntry> parts, string name, Func<Stream, Task> write, Func<string, Stream, ZipArchiveEntry, Task<Fault?>> compare)
    {
        await using var again = Temporary();
        await write(again);
        again.Position = 0;
        return await compare(name, again, parts[name]);
    }

    private static async Task<Fault?> CompareText(string name, Stream again, ZipArchiveEntry part)
    {
        await using var there = await part.OpenAsync();
        return await Difference.Find(again, there, "\n"u8.ToArray()) is { } line
            ? FileChanged(name, $"第 {line + 1} 行起与条目不符", $"from line {line + 1} on it is not what the entries give")
            : null;
    }

    /// <summary>A workbook is packed parts: how they are packed is the machine's, what they hold is the entries'.</summary>
    private static async Task<Fault?> CompareWorkbook(string name, Stream again, ZipArchiveEntry part)
    {
        if (part.Length > (2 * again.Length) + PackingBytes)
        {
            return FileChanged(name, $"长达 {part.Length} 字节，应约为 {again.Length}", $"it is {part.Length} bytes long instead of about {again.Length}");
        }

        await using var unpacked = Temporary();
        await using (var packed = await part.OpenAsync())
        {
            await packed.CopyToAsync(unpacked);
        }

        using var expected = new ZipArchive(again, ZipArchiveMode.Read, leaveOpen: true);
        using var found = new ZipArchive(unpacked, ZipArchiveMode.Read, leaveOpen: true);
        if (!expected.Entries.Select(e => e.FullName).SequenceEqual(found.Entries.Select(e => e.FullName), StringComparer.Ordinal))
        {
            return FileChanged(name, "部件不是应有的", "its parts are not those of an export");
        }

        foreach (var (ours, theirs) in expected.Entries.Zip(found.Entries))
        {
            await using var left = await ours.OpenAsync();
            await using var right = await theirs.OpenAsync();
            if (await Difference.Find(left, right, "<row>"u8.ToArray()) is { } row)
            {
                return FileChanged(name, $"{ours.FullName} 第 {Math.Max(1, row)} 行起与条目不符", $"from row {Math.Max(1, row)} of {ours.FullName} on it is not what the entries give");
            }
        }

        return null;
    }

    private static Fault? Sums(Dictionary<string, ZipArchiveEntry> parts, ExportManifest manifest)
    {
        foreach (var listed in manifest.Files)
        {
            using var stream = parts[listed.Name].Open();
            var sum = Convert.ToHexStringLower(SHA256.HashData(stream));
            if (sum != listed.Sha256 || parts[listed.Name].Length != listed.Bytes || listed.Entries != manifest.Entries)
            {
                return FileChanged(
                    listed.Name,
                    $"不是清单所列的（SHA-256 {listed.Sha256}，{listed.Bytes} 字节，{listed.Entries} 条），而是 {sum}，{parts[listed.Name].Length} 字节",
                    $"it is not the one that the manifest lists (SHA-256 {listed.Sha256}, {listed.Bytes} bytes, {listed.Entries} entries): it has {sum} and {parts[listed.Name].Length} bytes");
            }
        }

        return null;
    }

    private static FileStream Temporary() => new(Path.GetTempFileName(), new FileStreamOptions
    {
        Mode = FileMode.Create,
        Access = FileAccess.ReadWrite,
        BufferSize = BufferBytes,
        Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
    });

    private static Fault NotInTree(ExportedEntry entry) => Wrong(
        "export.entry_wrong",
        $"树中第 {entry.Index} 条（{entry.Name}）不是所签署的条目：条目或序号被改动",
        $"the entry at index {entry.Index} ({entry.Name}) is not the one that was signed: it or its index was changed");

    private static Fault LineChanged(ExportedEntry entry) => Wrong(
        "export.line_changed",
        $"{ExportTrail.Lines} 中树中第 {entry.Index} 条（{entry.Name}）的文字与条目不符",
        $"what {ExportTrail.Lines} says of the entry at index {entry.Index} ({entry.Name}) is not what the entry says");

    private static Fault FileChanged(string name, string zh, string en) => Wrong("export.file_changed", $"{name} 被改动：{zh}", $"{name} was changed: {en}");

    private static Fault Malformed(string name, string zh, string en) => Wrong("export.malformed", name.Length == 0 ? zh : $"{name}：{zh}", name.Length == 0 ? en : $"{name}: {en}");

    private static Fault Wrong(string code, string zh, string en) => new(FaultKind.Invalid, code, new($"导出不成立：{zh}。", $"The export does not hold: {en}."));
}
