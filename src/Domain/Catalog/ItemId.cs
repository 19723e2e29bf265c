using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Mdm.Fleet.Domain.Text;

namespace Mdm.Fleet.Domain.Catalog;

/// <summary>The id of an item: 1 to 64 lower-case letters, digits or hyphens; part of the identifier of its profile.</summary>
[JsonConverter(typeof(TextIdJsonConverter<ItemId>))]
public readonly record struct ItemId : ITextId<ItemId>
{
    private static readonly SearchValues<char> Allowed = SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyz-");

    private readonly string? _value;

    private ItemId(string value) => _value = value;

    public string Value => _value ?? throw new InvalidOperationException("A ItemId was never set.");

    /// <exception cref="FormatException">The text is no such id.</exception>
    public static ItemId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException("An id is 1 to 64 lower-case letters, digits or hyphens.");

    public static bool TryParse([NotNullWhen(true)] string? text, out ItemId id)
    {
        var valid = text is { Length: >= 1 and <= 64 } && !text.AsSpan().ContainsAnyExcept(Allowed);
        id = valid ? new ItemId(text!) : default;
        return valid;
    }

    public override string ToString() => _value ?? "";
}
