using System.Collections.Immutable;
using System.Text.Json;
using Mdm.Fleet.Domain.Attributes;
using Mdm.Fleet.Frontend.Admin.Http;

namespace Mdm.Fleet.Frontend.Admin.Attributes;

/// <summary>Values of custom attributes between JSON, by name and typed, and what is stored, by id and as text.</summary>
internal static class AttributeTexts
{
    private const int ChangesMax = 256;

    /// <summary>By name; numbers are numbers. Values of attributes that are no more are not shown.</summary>
    public static IReadOnlyDictionary<string, JsonElement> Show(ImmutableArray<AttributeValue> values, AttributeTable attributes)
    {
        var shown = new SortedDictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var value in values)
        {
            if (attributes.Find(value.Id) is { } attribute)
                shown[attribute.Name] = attribute.Type == AttributeType.Number ? JsonElement.Parse(value.Text) : JsonSerializer.SerializeToElement(value.Text);
        }

        return shown;
    }

    /// <summary>The changes that a body asks for; null or an empty text takes a value away. Values of attributes that are no more go too.</summary>
    /// <exception cref="RefusalException">Some values are wrong, each named, or there would be too many.</exception>
    public static ImmutableArray<AttributeValue> Check(
        IReadOnlyDictionary<string, JsonElement>? given, AttributeTable attributes, AttributeScope scope, ImmutableArray<AttributeValue> now)
    {
        if (given is null)
            return [];
        if (given.Count > ChangesMax)
            throw RefusalException.Field("attributes", $"At most {ChangesMax} values in one request.");
        var read = given.Select(pair => (Field: $"attributes.{pair.Key}", Read: Read(pair.Key, pair.Value, attributes, scope))).ToList();
        if (RefusalException.Fields(read.Where(one => one.Read.Problem is not null).Select(one => (one.Field, one.Read.Problem!))) is { } refused)
            throw refused;
        return Bounded([.. read.Select(one => one.Read.Value)], now, attributes, "attributes");
    }

    /// <summary>The change of one value.</summary>
    /// <exception cref="RefusalException">There is no such attribute, or the value is not of its type.</exception>
    public static ImmutableArray<AttributeValue> Check(
        string name, JsonElement given, AttributeTable attributes, AttributeScope scope, ImmutableArray<AttributeValue> now)
    {
        if (attributes.Named(name) is not { } attribute || attribute.Scope != scope)
            throw RefusalException.NotFound($"{Words.Camel(scope)} attribute");
        if (attribute.BuiltIn)
            throw RefusalException.Conflict("built-in", $"{attribute.Name} is built in: it is read, never set.");
        var (value, problem) = Read(name, given, attributes, scope);
        return problem is null ? Bounded([value], now, attributes, "value") : throw RefusalException.Field("value", problem);
    }

    private static ImmutableArray<AttributeValue> Bounded(
        ImmutableArray<AttributeValue> changes, ImmutableArray<AttributeValue> now, AttributeTable attributes, string field)
    {
        changes = [.. changes, .. now.Where(value => attributes.Find(value.Id) is null).Select(value => new AttributeValue(value.Id, ""))];
        var next = AttributeValues.With(now, changes);
        if (next.Length > AttributeValue.CountMax)
            throw RefusalException.Field(field, $"At most {AttributeValue.CountMax} values of attributes.");
        return next.Sum(value => value.Text.Length) <= AttributeValue.TotalLengthMax
            ? changes
            : throw RefusalException.Field(field, $"All values of attributes together have at most {AttributeValue.TotalLengthMax} characters.");
    }

    private static (AttributeValue Value, string? Problem) Read(string name, JsonElement given, AttributeTable attributes, AttributeScope scope)
    {
        if (attributes.Named(name) is not { BuiltIn: false } attribute)
            return (default, attributes.Named(name) is null ? "There is no such attribute." : "This attribute is built in: it is read, never set.");
        if (attribute.Scope != scope)
            return (default, $"This attribute is one of {Words.Camel(attribute.Scope)}s.");
        var (text, problem) = given.ValueKind switch
        {
            JsonValueKind.Null => ("", null),
            JsonValueKind.Undefined => ("", "The value is missing; null takes it away."),
            _ when attribute.Type == AttributeType.Number => Number(given),
            _ => Text(given),
        };
        return (new AttributeValue(attribute.Id, text), problem);
    }

    private static (string Text, string? Problem) Number(JsonElement given) =>
        given.ValueKind == JsonValueKind.Number && Numbers.TryCanonical(given.GetRawText(), out var canonical)
            ? (canonical, null)
            : ("", $"A number is expected, of at most {Numbers.DigitsMax} digits and without an exponent, or null.");

    private static (string Text, string? Problem) Text(JsonElement given) =>
        given.ValueKind != JsonValueKind.String ? ("", "A text is expected, or null.")
        : given.GetString() is { Length: <= AttributeValue.LengthMax } text && Names.IsText(text) ? (text, null)
        : ("", $"A text has at most {AttributeValue.LengthMax} characters and no control characters.");
}
