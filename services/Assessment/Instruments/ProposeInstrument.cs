using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Assessment.Instruments;

/// <summary>
/// The bureau proposes a file for its city: a complete instrument as its next version (the missing tables of an edition, or one of its own), or an override of open
/// points. Nothing is scored with it until a second person publishes it. A file that does not hold is refused with line and column.
/// Faults: <c>instrument.invalid</c>, <c>instrument.incomplete</c>, <c>instrument.other_id</c>, <c>instrument.version</c>, <c>override.invalid</c>,
/// <c>override.name_taken</c>, <c>instrument.unknown</c>, <c>instrument.file_too_large</c>, <c>instrument.too_many</c>.
/// </summary>
internal static class ProposeInstrument
{
    /// <summary>What the second person names when publishing.</summary>
    internal sealed record Proposed(string Reference, string Sha256, string FileSha256);

    internal static readonly Fault FileTooLarge = new(
        FaultKind.TooLarge, "instrument.file_too_large",
        new($"文件压缩后写入日志条目超过 {CanonicalEntry.PayloadBytesMax} 字节，请精简说明文字。", $"Packed into an entry of the log the file is larger than {CanonicalEntry.PayloadBytesMax} bytes; shorten its texts."));

    internal static readonly Fault TooMany = new(
        FaultKind.Refused, "instrument.too_many",
        new($"本市对同一评测工具最多发布 {InstrumentBook.PublishedMax} 个版本与覆盖。", $"A city publishes at most {InstrumentBook.PublishedMax} versions and overrides of one instrument."));

    internal static Fault OtherId(string id, string route) => new(
        FaultKind.Invalid, "instrument.other_id", new($"文件属于评测工具“{id}”，不是“{route}”。", $"The file is about the instrument '{id}', not '{route}'."));

    internal static Fault VersionWrong(int version, int next) => new(
        FaultKind.Refused, "instrument.version",
        new($"文件的版本是 {version}，下一版本应为 {next}；已发布的版本不再更改，更正须用新版本。", $"The file's version is {version} and the next one is {next}: a published version never changes, a correction is a new version."));

    internal static Fault NameTaken(string reference) => new(
        FaultKind.Refused, "override.name_taken", new($"{reference} 已发布，不再更改；请换一个名称。", $"{reference} is published and never changes; give the override another name."));

    internal static void Map(Routes routes)
    {
        routes.FileCommand("PUT", "/instruments/{id}/draft", [Role.BureauOfficer], ReadInstrument.BytesMax, "application/json", (request, _) => Ask(request, DecideVersion));
        routes.FileCommand("PUT", "/instruments/{id}/override-draft", [Role.BureauOfficer], InstrumentOverride.BytesMax, "application/json", (request, _) => Ask(request, DecideOverride));
    }

    private static ValueTask<Result<Intent>> Ask(Request<byte[]> request, Func<InstrumentBook, string, byte[], Decision> decide)
    {
        var id = request.Route("id");
        return ValueTask.FromResult<Result<Intent>>(ReadInstrument.IsId(id)
            ? new Intent([InstrumentBook.Noun.StreamOf(id)], (streams, _) => decide(streams.Get(InstrumentBook.Noun, id), id, request.Body))
            : InstrumentFaults.Unknown(id, ShippedInstruments.All.Select(i => i.Reference)));
    }

    internal static Decision DecideVersion(InstrumentBook book, string id, byte[] file)
    {
        var read = ReadInstrument.Read(id, file);
        if (!read.Ok)
            return read.Fault;

        var given = read.Value;
        if (given.Id != id)
            return OtherId(given.Id, id);
        if (given.Status == InstrumentStatus.Incomplete)
            return InstrumentFaults.Incomplete(given);
        if (given.Version != InstrumentBook.NextVersion(book, id))
            return VersionWrong(given.Version, InstrumentBook.NextVersion(book, id));

        return Decide(book, id, new InstrumentVersionProposed(id, given.Version, given.Sha256, file.Length, Packed.Pack(file)), new(given.Reference, given.Sha256, given.Sha256));
    }

    internal static Decision DecideOverride(InstrumentBook book, string id, byte[] file)
    {
        var applied = OverrideInstrument.Apply(id, file, book.Find);
        if (!applied.Ok)
            return applied.Fault;

        var (given, name) = (applied.Value, applied.Value.Override!.Name);
        if (given.Id != id)
            return OtherId(given.Id, id);
        if (book.Published.Any(p => p.Reference == given.Reference))
            return NameTaken(given.Reference);

        var proposed = new InstrumentOverrideProposed(
            id, given.Version, name, given.Override!.BaseSha256, given.Sha256, given.Override.Sha256, file.Length, Packed.Pack(file));
        return Decide(book, id, proposed, new(given.Reference, given.Sha256, given.Override.Sha256));
    }

    private static Decision Decide(InstrumentBook book, string id, object proposed, Proposed answer) =>
        book.Published.Length >= InstrumentBook.PublishedMax ? TooMany
        : Noun.Write(proposed).Length > CanonicalEntry.PayloadBytesMax ? FileTooLarge
        : Decision.Accept(InstrumentBook.Noun.StreamOf(id), proposed).Answering($"/instruments/{id}/draft", answer);
}
