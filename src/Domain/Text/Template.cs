using System.Text;
using Mdm.Fleet.Domain.Attributes;

namespace Mdm.Fleet.Domain.Text;

internal enum TemplatePartKind
{
    /// <summary>Stands for itself.</summary>
    Plain,

    /// <summary><c>$${</c>, which stands for <c>${</c>.</summary>
    Escape,

    /// <summary><c>${name}</c>.</summary>
    Variable,

    /// <summary><c>${</c> with no name and closing brace behind it; in what is stored already it stands for itself.</summary>
    Malformed,
}

/// <summary>A stretch of a template.</summary>
internal readonly record struct TemplatePart(TemplatePartKind Kind, int Start, int Length);

/// <summary>
/// Texts with <c>${name}</c> in them, for the value of an attribute; <c>$${</c> is a <c>${</c> that means itself. What is stored says the
/// attribute's id in place of its name, so that renaming it changes no text.
/// </summary>
public static class Template
{
    private const string Opening = "${";
    private const string EscapedOpening = "$${";

    /// <summary>False for a text that resolves to itself.</summary>
    public static bool IsTemplate(ReadOnlySpan<char> text) => text.Contains(Opening, StringComparison.Ordinal);

    /// <summary>The attributes that a stored text asks for, in order, as often as it asks.</summary>
    public static IEnumerable<AttributeId> Variables(string text) =>
        Parts(text).Where(part => part.Kind == TemplatePartKind.Variable).Select(part => AttributeId.Parse(NameOf(text, part)));

    /// <summary>What an admin wrote, as it is stored: names become ids.</summary>
    /// <exception cref="TemplateException">There is no such attribute, it may not be substituted, or a <c>${</c> names none.</exception>
    public static string Canonical(string text, AttributeTable attributes) => Rewrite(text, part => part.Kind switch
    {
        TemplatePartKind.Variable => $"{Opening}{Known(NameOf(text, part), attributes).Id}}}",
        TemplatePartKind.Malformed => throw new TemplateException(TemplateFault.Malformed),
        _ => null,
    });

    /// <summary>What is stored, as an admin reads it: ids become names. An attribute that is no more keeps its id.</summary>
    public static string Shown(string text, AttributeTable attributes) => Rewrite(text, part =>
        part.Kind == TemplatePartKind.Variable && attributes.Find(AttributeId.Parse(NameOf(text, part))) is { } attribute
            ? $"{Opening}{attribute.Name}}}"
            : null);

    /// <summary>What is stored, with the values in it, or the attributes that have none.</summary>
    public static Resolved<string> Resolve(string text, Func<AttributeId, string?> values)
    {
        var filler = new TemplateFiller(values);
        return filler.Result(filler.Fill(text));
    }

    internal static string NameOf(string text, TemplatePart part) => text.Substring(part.Start + Opening.Length, part.Length - Opening.Length - 1);

    /// <summary>The text with what <paramref name="replace"/> gives for a part in its place; null leaves the part.</summary>
    internal static string Rewrite(string text, Func<TemplatePart, string?> replace)
    {
        if (!IsTemplate(text))
            return text;
        var written = new StringBuilder(text.Length);
        foreach (var part in Parts(text))
        {
            if (part.Kind != TemplatePartKind.Plain && replace(part) is { } replaced)
                written.Append(replaced);
            else
                written.Append(text, part.Start, part.Length);
        }

        return written.ToString();
    }

    /// <summary>All of the text, in order; each character is looked at once, but for a name's.</summary>
    internal static IEnumerable<TemplatePart> Parts(string text)
    {
        var start = 0;
        for (int found; (found = text.IndexOf(Opening, start, StringComparison.Ordinal)) >= 0;)
        {
            var escaped = found > start && text[found - 1] == '$';
            var special = escaped ? new(TemplatePartKind.Escape, found - 1, EscapedOpening.Length) : Special(text, found);
            if (special.Start > start)
                yield return new(TemplatePartKind.Plain, start, special.Start - start);
            yield return special;
            start = special.Start + special.Length;
        }

        if (start < text.Length)
            yield return new(TemplatePartKind.Plain, start, text.Length - start);
    }

    private static TemplatePart Special(string text, int start)
    {
        var nameStart = start + Opening.Length;
        var closing = text.AsSpan(nameStart, Math.Min(AttributeId.LengthMax + 1, text.Length - nameStart)).IndexOf('}');
        return closing > 0 && AttributeId.TryParse(text.Substring(nameStart, closing), out _)
            ? new(TemplatePartKind.Variable, start, Opening.Length + closing + 1)
            : new(TemplatePartKind.Malformed, start, Opening.Length);
    }

    private static AttributeDefinition Known(string name, AttributeTable attributes)
    {
        var attribute = attributes.Named(name) ?? throw new TemplateException(TemplateFault.UnknownVariable, name);
        return attribute.Id == BuiltInAttributes.LastSeen.Id ? throw new TemplateException(TemplateFault.ForbiddenVariable, name) : attribute;
    }
}
