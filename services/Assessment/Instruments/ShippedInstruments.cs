using System.Globalization;
using PilotCity.Defaults;

namespace PilotCity.Assessment.Instruments;

/// <summary>The instruments that come with the product, one embedded file per published version.</summary>
internal static class ShippedInstruments
{
    /// <summary>By id, newest version first. A shipped file that does not pass its checks stops the process at start.</summary>
    public static IReadOnlyList<Instrument> All { get; } = Load();

    /// <summary>The instrument that <c>id</c> (its newest version) or <c>id@version</c> names.</summary>
    public static Result<Instrument> Find(string reference)
    {
        var pin = reference.IndexOf('@', StringComparison.Ordinal);
        var found = All.FirstOrDefault(i => pin < 0 ? i.Id == reference : i.Reference == reference);
        return found is not null ? found : InstrumentFaults.Unknown(Shown(reference), All.Select(i => i.Reference));
    }

    /// <summary>What a stranger wrote, cut to a length that fits a message.</summary>
    private static string Shown(string reference) => reference.Length <= 80 ? reference : string.Concat(reference.AsSpan(0, 80), "…");

    private static List<Instrument> Load()
    {
        var assembly = typeof(ShippedInstruments).Assembly;
        var read = assembly.GetManifestResourceNames()
            .Where(n => n.StartsWith("instrument/", StringComparison.Ordinal))
            .Select(name =>
            {
                using var stream = assembly.GetManifestResourceStream(name)!;
                var bytes = new byte[stream.Length];
                stream.ReadExactly(bytes);
                var instrument = ReadInstrument.Read(name, bytes);
                return instrument.Ok
                    ? instrument.Value
                    : throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{instrument.Fault.Message.En}"));
            });
        return [.. read.OrderBy(i => i.Id, StringComparer.Ordinal).ThenByDescending(i => i.Version)];
    }
}
