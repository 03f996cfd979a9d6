using System.Text.RegularExpressions;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using PilotCity.Defaults.Identity;

namespace PilotCity.Defaults.Slices;

/// <summary>What the API description says of a route beyond its body: its path's parameters, the idempotency key, and who may take it.</summary>
internal static partial class Description
{
    internal static void OfRoutes(OpenApiOptions options) => options.AddOperationTransformer((operation, context, _) =>
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var command = metadata.OfType<CommandRoute>().FirstOrDefault();
        var roles = command?.Roles ?? metadata.OfType<QuestionRoute>().FirstOrDefault()?.Roles ?? metadata.OfType<AskedRoute>().FirstOrDefault()?.Roles;
        if (roles is null)
        {
            return Task.CompletedTask;
        }

        operation.Description = $"For: {string.Join(", ", roles.Select(r => r.Word()))}";
        operation.Parameters ??= [];
        foreach (Match name in PathParameter().Matches(context.Description.RelativePath ?? string.Empty))
        {
            Add(name.Groups[1].Value, ParameterLocation.Path, required: true, name.Groups[1].Value == "city" ? "Six-digit division code (行政区划代码), e.g. 350800" : null, null);
        }

        if (command is not null)
        {
            Add("Idempotency-Key", ParameterLocation.Header, required: true, "A UUID made by the client for this command; the same again gives the first answer again.", "uuid");
            Add("If-Match", ParameterLocation.Header, required: false, "The ETag of the version that was read; a changed one is refused (412).", null);
        }

        if (metadata.OfType<ListRoute>().FirstOrDefault() is { Model: var model })
        {
            Add("limit", ParameterLocation.Query, required: false, $"Rows of a page, 1 to {Log.ListQuery.LimitMax}.", null);
            Add("after", ParameterLocation.Query, required: false, "The page before gave it as next.", null);
            Add("q", ParameterLocation.Query, required: false, "Text that a row contains.", null);
            foreach (var (name, title) in model.Columns)
            {
                Add(name, ParameterLocation.Query, required: false, title, null);
            }
        }
        else if (command is null && !metadata.OfType<AskedRoute>().Any())
        {
            Add("asOf", ParameterLocation.Query, required: false, "An RFC 3339 instant with its offset: the state as it was then.", "date-time");
        }

        return Task.CompletedTask;

        void Add(string name, ParameterLocation where, bool required, string? description, string? format)
        {
            if (!operation.Parameters!.Any(p => p.Name == name))
            {
                operation.Parameters!.Add(new OpenApiParameter
                {
                    Name = name,
                    In = where,
                    Required = required,
                    Description = description,
                    Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = format },
                });
            }
        }
    });

    [GeneratedRegex(@"\{([A-Za-z0-9]+)[^}]*\}")]
    private static partial Regex PathParameter();
}
