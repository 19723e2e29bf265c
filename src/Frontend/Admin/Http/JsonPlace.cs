using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;

namespace Mdm.Fleet.Frontend.Admin.Http;

/// <summary>A place in a body, by the reader's path ($.content.rules[0]): what is expected there. Shape: that of the value there; null = unknown.</summary>
internal sealed partial class JsonPlace(JsonTypeInfo? shape, JsonTypeInfo? parent = null)
{
    /// <summary>The members of the object that the place is a member of.</summary>
    public IEnumerable<string> Siblings => (parent?.Properties ?? []).Select(member => member.Name).Order(StringComparer.Ordinal);

    /// <summary>The name of the member that says which of several kinds an object is.</summary>
    public string? Discriminator => shape?.PolymorphismOptions?.TypeDiscriminatorPropertyName;

    /// <summary>The kinds that the object can be of, as a list for people.</summary>
    public string Kinds => Any((shape?.PolymorphismOptions?.DerivedTypes ?? []).Select(kind => $"{kind.TypeDiscriminator}"));

    /// <summary>What a value here looks like, for people.</summary>
    public string Expected => shape switch
    {
        null => "another value",
        { Kind: JsonTypeInfoKind.Enumerable } => "a list",
        { Kind: JsonTypeInfoKind.Object or JsonTypeInfoKind.Dictionary } => "an object",
        _ => Scalar(Nullable.GetUnderlyingType(shape.Type) ?? shape.Type),
    };

    /// <summary>The place at a path from here.</summary>
    public JsonPlace At(string path)
    {
        var place = this;
        foreach (var step in Steps().Matches(path).Select(step => step.Value))
            place = place.Step(step);
        return place;
    }

    public static string Join(string path, string member) => $"{path}.{member}";

    /// <summary>The path as errors name a field: without the root.</summary>
    public static string Field(string path) => path is "$" ? "body" : path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : path[1..];

    private JsonPlace Step(string step)
    {
        if (shape is null)
            return this;
        if (step[0] == '[' && shape.ElementType is { } element)
            return new JsonPlace(shape.Options.GetTypeInfo(element));
        var holders = (shape.PolymorphismOptions?.DerivedTypes ?? []).Select(kind => shape.Options.GetTypeInfo(kind.DerivedType)).Prepend(shape);
        var name = step.TrimStart('.');
        var found = from holder in holders
                    from member in holder.Properties
                    where member.Name.Equals(name, StringComparison.OrdinalIgnoreCase)
                    select new JsonPlace(shape.Options.GetTypeInfo(member.PropertyType), holder);
        return found.FirstOrDefault() ?? new JsonPlace(null, shape);
    }

    private string Scalar(Type type) =>
        type == typeof(string) ? "a text"
        : type == typeof(bool) ? "true or false"
        : type == typeof(byte[]) ? "base64"
        : type.IsEnum ? Any(Enum.GetValuesAsUnderlyingType(type).Cast<object>().Select(value => Word(Enum.ToObject(type, value))))
        : type.IsPrimitive || type == typeof(decimal) ? "a number"
        : type == typeof(DateTimeOffset) || type == typeof(DateOnly) || type == typeof(TimeOnly) ? "a date or time"
        : "another value";

    private string Word(object value) => JsonSerializer.Serialize(value, shape!.Options.GetTypeInfo(value.GetType())).Trim('"');

    private static string Any(IEnumerable<string> words) => string.Join(", ", words) is { Length: > 0 } list ? $"one of {list}" : "another value";

    [GeneratedRegex(@"\.[^.\[]+|\[\d+\]")]
    private static partial Regex Steps();
}
