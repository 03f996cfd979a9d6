using PilotCity.Defaults;
using PilotCity.Defaults.Slices;

namespace PilotCity.Performance.Evidence;

/// <summary>Looks up, before a rule runs, which of the files that a step refers to are in the city's store.</summary>
internal static class StoredEvidence
{
    internal static StoredFiles Stored(this Request request, IReadOnlyList<Document>? documents)
    {
        var store = request.Service<ContentStore>();
        var sizes = new Dictionary<Sha256, long>();
        foreach (var file in (documents ?? []).SelectMany(d => d.Files).Take(Document.FilesMax))
        {
            if (store.Size(request.City, file.Sha256.Value) is { } size)
            {
                sizes[file.Sha256] = size;
            }
        }

        return new StoredFiles(sizes);
    }
}
