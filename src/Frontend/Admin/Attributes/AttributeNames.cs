using System.Globalization;
using System.Text;
using Mdm.Fleet.Domain.Attributes;
using Mdm.Fleet.Frontend.Admin.Http;

namespace Mdm.Fleet.Frontend.Admin.Attributes;

/// <summary>Names and ids of custom attributes.</summary>
internal static class AttributeNames
{
    /// <summary>"Multi-user owner" becomes multiUserOwner; null where the label has nothing that a name could begin with.</summary>
    public static string? Of(string? label)
    {
        var name = new StringBuilder();
        var begins = false;
        foreach (var letter in (label ?? "").EnumerateRunes().Select(Latin.Fold))
        {
            if (letter.Length == 0 || (name.Length == 0 && !char.IsAsciiLetter(letter[0])))
            {
                begins = name.Length > 0;
                continue;
            }

            name.Append(begins ? char.ToUpperInvariant(letter[0]) : letter[0]).Append(letter.AsSpan(1));
            begins = false;
        }

        return name.Length == 0 ? null : name.ToString()[..Math.Min(name.Length, AttributeId.LengthMax)];
    }

    /// <exception cref="RefusalException">It does not have the form of a name.</exception>
    public static string Check(string? name) => AttributeId.TryParse(name, out _)
        ? name!
        : throw RefusalException.Field("name", "A name is a letter, then up to 63 letters, digits or underscores; it can be made of a label.");

    /// <summary>
    /// An id that no attribute had before, as the catalog's revision never comes again: values of one that was deleted must not come back
    /// with its name.
    /// </summary>
    public static AttributeId IdFor(string name, long revision)
    {
        var suffix = string.Create(CultureInfo.InvariantCulture, $"_{revision + 1}");
        return AttributeId.Parse(name[..Math.Min(name.Length, AttributeId.LengthMax - suffix.Length)] + suffix);
    }
}
