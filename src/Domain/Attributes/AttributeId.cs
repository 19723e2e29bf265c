using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Mdm.Fleet.Domain.Text;

namespace Mdm.Fleet.Domain.Attributes;

/// <summary>
/// What rules, contents and values call an attribute by, for good: a built-in one's name, or a custom one's first name. Renaming an
/// attribute leaves its id alone. A letter, then up to 63 letters, digits or underscores.
/// </summary>
[JsonConverter(typeof(TextIdJsonConverter<AttributeId>))]
public readonly record struct AttributeId : ITextId<AttributeId>
{
    public const int LengthMax = 64;

    private readonly string? _value;

    private AttributeId(string value) => _value = value;

    public string Value => _value ?? throw new InvalidOperationException("An AttributeId was never set.");

    /// <exception cref="FormatException">The text is no such id.</exception>
    public static AttributeId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException("An attribute is named by a letter, then up to 63 letters, digits or underscores.");

    public static bool TryParse([NotNullWhen(true)] string? text, out AttributeId id)
    {
        var valid = text is { Length: >= 1 and <= LengthMax } && char.IsAsciiLetter(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
        id = valid ? new AttributeId(text!) : default;
        return valid;
    }

    public override string ToString() => _value ?? "";
}
