using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Mdm.Fleet.Domain.Attributes;

namespace Mdm.Fleet.Domain.Text;

/// <summary>What became of a template: its value, or, when values are missing, their attributes and no value.</summary>
public sealed record Resolved<T>(T? Value, ImmutableArray<AttributeId> Missing)
    where T : class;

/// <summary>Puts values into texts and notes the attributes that have none.</summary>
internal sealed class TemplateFiller(Func<AttributeId, string?> values)
{
    private readonly List<AttributeId> _missing = [];

    public Resolved<T> Result<T>(T value)
        where T : class => _missing.Count == 0 ? new(value, []) : new(null, [.. _missing.Distinct()]);

    /// <summary>In a URL, which has its scheme before the first variable, values are percent-encoded.</summary>
    public string Fill(string text) => Fill(text, part => StartsUrl(text.AsSpan(0, part.Start)), value => value);

    /// <summary>
    /// In XML of any encoding that has ASCII in it, given byte for byte as characters: all but plain ASCII is written as a reference. In a
    /// URL values are percent-encoded.
    /// </summary>
    public string FillXml(string xml) => Fill(xml, part => StartsUrl(Element(xml, part.Start)), EscapeXml);

    private string Fill(string text, Func<TemplatePart, bool> isInUrl, Func<string, string> escape) => Template.Rewrite(text, part =>
        part.Kind == TemplatePartKind.Escape ? "${"
        : part.Kind != TemplatePartKind.Variable ? null
        : ValueOf(Template.NameOf(text, part)) is not { } value ? null
        : escape(isInUrl(part) ? Uri.EscapeDataString(value) : value));

    private string? ValueOf(string name)
    {
        var id = AttributeId.Parse(name);
        var value = values(id);
        if (value is null)
            _missing.Add(id);
        return value;
    }

    /// <summary>The text of the element up to a variable, as far as a URL may be long.</summary>
    private static ReadOnlySpan<char> Element(string xml, int end)
    {
        const int urlLengthMax = 2_048;
        var before = xml.AsSpan(Math.Max(0, end - urlLengthMax), Math.Min(end, urlLengthMax));
        return before[(before.LastIndexOf('>') + 1)..];
    }

    /// <summary>A scheme and two slashes (RFC 3986, section 3.1).</summary>
    private static bool StartsUrl(ReadOnlySpan<char> text)
    {
        text = text.TrimStart();
        var scheme = text.IndexOf("://");
        if (scheme <= 0 || !char.IsAsciiLetter(text[0]))
            return false;
        foreach (var c in text[..scheme])
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('+' or '-' or '.'))
                return false;
        return true;
    }

    private static string EscapeXml(string value)
    {
        var xml = new StringBuilder(value.Length);
        foreach (var rune in value.EnumerateRunes())
        {
            if (rune.IsAscii && (Rune.IsLetterOrDigit(rune) || " -_.,:@/%".Contains((char)rune.Value, StringComparison.Ordinal)))
                xml.Append((char)rune.Value);
            else
                xml.Append(CultureInfo.InvariantCulture, $"&#{(IsXml(rune.Value) ? rune.Value : Rune.ReplacementChar.Value)};");
        }

        return xml.ToString();
    }

    /// <summary>XML 1.0, production 2; a rune is never half of a pair.</summary>
    private static bool IsXml(int character) => character is '\t' or '\n' or '\r' or (>= ' ' and not (0xFFFE or 0xFFFF));
}
