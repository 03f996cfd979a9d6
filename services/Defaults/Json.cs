using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace PilotCity.Defaults;

/// <summary>
/// The one way JSON is written and read here: camelCase names, enums as kebab-case words, absent instead of null,
/// Chinese unescaped. Requests and files refuse unknown fields; payloads of the log may grow fields.
/// </summary>
public static class Json
{
    /// <summary>For what comes from outside: unknown fields, missing required members and nulls in non-nullable places are refused with their path.</summary>
    public static readonly JsonSerializerOptions Strict = Build(JsonUnmappedMemberHandling.Disallow);

    /// <summary>For payloads of the log and answers: a later version may have added fields.</summary>
    public static readonly JsonSerializerOptions Lenient = Build(JsonUnmappedMemberHandling.Skip);

    /// <summary>As <see cref="Lenient"/>, indented: files that a person opens.</summary>
    public static readonly JsonSerializerOptions Pretty = new(Lenient) { WriteIndented = true };

    /// <summary>Sets the same conventions on options that the framework made.</summary>
    public static void Configure(JsonSerializerOptions options, JsonUnmappedMemberHandling unknown)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.DictionaryKeyPolicy = null;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.UnmappedMemberHandling = unknown;
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        options.AllowDuplicateProperties = false;
        options.MaxDepth = 32;
        options.TypeInfoResolver = (options.TypeInfoResolver ?? new DefaultJsonTypeInfoResolver()).WithAddedModifier(NullableIsOptional);
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false));
    }

    private static JsonSerializerOptions Build(JsonUnmappedMemberHandling unknown)
    {
        var options = new JsonSerializerOptions();
        Configure(options, unknown);
        options.MakeReadOnly();
        return options;
    }

    /// <summary>Null is written as absent, so a nullable member may be absent; every other constructor parameter without a default must be there.</summary>
    private static void NullableIsOptional(JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
        {
            if (property.AssociatedParameter is { } parameter && (parameter.IsNullable || Nullable.GetUnderlyingType(property.PropertyType) is not null))
            {
                property.IsRequired = false;
            }
        }
    }
}
