using System.Net.Mime;
using System.Reflection;

namespace PilotCity.Gateway;

/// <summary>The pages that the gateway serves itself, from its own assembly; no script runs on them.</summary>
internal static class Portal
{
    private static readonly (string Path, string Resource, string ContentType)[] Pages =
    [
        ("/", "portal/index.html", MediaTypeNames.Text.Html),
        ("/portal/style.css", "portal/style.css", MediaTypeNames.Text.Css),
    ];

    internal static void Map(WebApplication app)
    {
        foreach (var (path, resource, contentType) in Pages)
        {
            var bytes = Read(resource);
            app.MapMethods(path, [HttpMethods.Get, HttpMethods.Head], () => Results.Bytes(bytes, $"{contentType}; charset=utf-8")).AllowAnonymous().ExcludeFromDescription();
        }
    }

    private static byte[] Read(string resource)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!;
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }
}
