using System.Collections.Immutable;
using System.Text.Json;
using Mdm.Fleet.Domain.Attributes;
using Mdm.Fleet.Frontend.Admin.Http;

namespace Mdm.Fleet.Frontend.Admin.Imports;

/// <summary>What the header of a file names: columns of ours, and custom attributes as <c>attributes.NAME</c> or by their bare name.</summary>
internal sealed class ImportColumns
{
    private const string Prefix = "attributes.";

    private readonly Dictionary<string, int> _places = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<(int Place, AttributeId Id)> _attributes = [];

    private ImportColumns(int count) => Count = count;

    public int Count { get; }

    /// <summary>Reads a header.</summary>
    /// <exception cref="RefusalException">There is none, or some columns are unknown, there twice or missing: all are named.</exception>
    public static ImportColumns Of(CsvRow? header, IReadOnlyList<string> known, IReadOnlyList<string> needed, AttributeScope scope, AttributeTable attributes)
    {
        if (header is not { Fault: null })
            throw RefusalException.Field("header", header?.Fault ?? "The file is empty: its first row names the columns.", "malformed");
        var columns = new ImportColumns(header.Fields.Length);
        var problems = header.Fields.Select((name, place) => columns.Add(name.Trim(), place, known, scope, attributes)).OfType<(string, string)>().ToList();
        if (needed.Count > 0 && !needed.Any(columns._places.ContainsKey))
            problems.Add((needed[0], $"A column {string.Join(" or ", needed)} is needed."));
        return RefusalException.Fields(problems, "unknown-column") is { } refused ? throw refused : columns;
    }

    /// <summary>Whether the file has a column.</summary>
    public bool Has(string column) => _places.ContainsKey(column);

    /// <summary>A row's value of a column; null = it says nothing: there is no such column, or it is empty here.</summary>
    public string? Of(CsvRow row, string column) => _places.TryGetValue(column, out var place) && row.Fields[place] is { Length: > 0 } value ? value : null;

    /// <summary>The values of custom attributes that a row sets, by the names they have now.</summary>
    public Dictionary<string, JsonElement> Attributes(CsvRow row, AttributeTable attributes)
    {
        var values = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var (place, id) in _attributes)
        {
            if (row.Fields[place] is { Length: > 0 } text && attributes.Find(id) is { } attribute)
                values[attribute.Name] = Element(attribute, text);
        }

        return values;
    }

    /// <summary>The ids of a list, which semicolons part.</summary>
    public static ImmutableArray<string>? Ids(string? list) => list is null ? null : [.. list.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];

    private static JsonElement Element(AttributeDefinition attribute, string text) =>
        attribute.Type == AttributeType.Number && Numbers.TryCanonical(text.Trim(), out var number)
            ? JsonElement.Parse(number)
            : JsonSerializer.SerializeToElement(text);

    private (string Field, string Message)? Add(string name, int place, IReadOnlyList<string> known, AttributeScope scope, AttributeTable attributes)
    {
        if (known.Contains(name, StringComparer.OrdinalIgnoreCase))
            return _places.TryAdd(name, place) ? null : (name, $"The column {name} is there twice.");
        var bare = name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? name[Prefix.Length..] : name;
        if (attributes.Named(bare) is not { BuiltIn: false } attribute || attribute.Scope != scope)
            return (name, $"There is no column and no {Words.Camel(scope)} attribute \"{name}\".");
        if (_attributes.Any(other => other.Id == attribute.Id))
            return (name, $"The attribute {bare} is there twice.");
        _attributes.Add((place, attribute.Id));
        return null;
    }
}
