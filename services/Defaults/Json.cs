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
    /// <summary>For what comes from outside: unknown fields, missing required members, nulls in non-nullable places and texts with control characters are refused with their path.</summary>
    public static readonly JsonSerializerOptions Strict = Build(JsonUnmappedMemberHandling.Disallow, new PlainText());

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

    private static JsonSerializerOptions Build(JsonUnmappedMemberHandling unknown, params JsonConverter[] further)
    {
        var options = new JsonSerializerOptions();
        Configure(options, unknown);
        foreach (var converter in further)
        {
            options.Converters.Add(converter);
        }

        if (unknown == JsonUnmappedMemberHandling.Disallow)
        {
            options.TypeInfoResolver = options.TypeInfoResolver!.WithAddedModifier(NoNullInside);
        }

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

    /// <summary>The annotations that forbid a null reach members only; nothing of ours is a list or a map with holes.</summary>
    private static void NoNullInside(JsonTypeInfo type)
    {
        if (type.Kind == JsonTypeInfoKind.Enumerable)
        {
            type.OnDeserialized = list => Refuse(((System.Collections.IEnumerable)list).Cast<object?>());
        }
        else if (type.Kind == JsonTypeInfoKind.Dictionary && typeof(System.Collections.IDictionary).IsAssignableFrom(type.Type))
        {
            type.OnDeserialized = map => Refuse(((System.Collections.IDictionary)map).Values.Cast<object?>());
        }

        static void Refuse(IEnumerable<object?> values)
        {
            if (values.Contains(null))
            {
                throw new JsonRefusal(new Text("列表或映射中不能有 null。", "A list or a map holds no null."));
            }
        }
    }
}
