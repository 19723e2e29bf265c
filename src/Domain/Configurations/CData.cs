using Mdm.Fleet.Domain.Text;

namespace Mdm.Fleet.Domain.Configurations;

/// <summary>Finds variables where XML cannot be escaped.</summary>
internal static class CData
{
    private const string Opening = "<![CDATA[";
    private const string Closing = "]]>";

    /// <summary>The name of a variable that stands in a CDATA section; null if none does.</summary>
    public static string? Variable(string xml)
    {
        var inside = false;
        foreach (var part in Template.Parts(xml))
        {
            if (part.Kind == TemplatePartKind.Variable && inside)
                return Template.NameOf(xml, part);
            inside = IsInsideAfter(xml.AsSpan(part.Start, part.Length), inside);
        }

        return null;
    }

    private static bool IsInsideAfter(ReadOnlySpan<char> text, bool inside)
    {
        while (text.IndexOf(inside ? Closing : Opening, StringComparison.Ordinal) is >= 0 and var at)
        {
            text = text[(at + (inside ? Closing : Opening).Length)..];
            inside = !inside;
        }

        return inside;
    }
}
