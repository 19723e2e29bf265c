using System.Globalization;

namespace Mdm.Fleet.Domain.Attributes;

/// <summary>
/// Numbers as attributes hold them: digits with at most one point and a leading minus, at most <see cref="DigitsMax"/> digits, so that
/// they are exact. No exponent, no thousands separator.
/// </summary>
public static class Numbers
{
    public const int DigitsMax = 28;

    /// <summary>Does not allocate. False for anything that is no such number.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out decimal number)
    {
        number = 0;
        return IsNumber(text)
            && decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>The one text of a number: no zeros in front of or behind it that say nothing, and no minus before zero.</summary>
    public static bool TryCanonical(ReadOnlySpan<char> text, out string canonical)
    {
        var valid = TryParse(text, out var number);
        canonical = valid ? Canonical(number) : "";
        return valid;
    }

    /// <summary>
    /// Less than, equal to or greater than zero as <paramref name="left"/> is to <paramref name="right"/>; null if one is no number.
    /// </summary>
    public static int? Compare(ReadOnlySpan<char> left, ReadOnlySpan<char> right) =>
        TryParse(left, out var a) && TryParse(right, out var b) ? a.CompareTo(b) : null;

    private static string Canonical(decimal number)
    {
        var text = number.ToString(CultureInfo.InvariantCulture);
        return number == 0 ? "0" : text.Contains('.', StringComparison.Ordinal) ? text.TrimEnd('0').TrimEnd('.') : text;
    }

    /// <summary>decimal would round what is longer, and take a sign without digits for an error only after trying.</summary>
    private static bool IsNumber(ReadOnlySpan<char> text)
    {
        if (text is ['-', .. var unsigned])
            text = unsigned;
        var (digits, points) = (0, 0);
        foreach (var c in text)
        {
            if (char.IsAsciiDigit(c))
                digits++;
            else if (c == '.')
                points++;
            else
                return false;
        }

        return digits is > 0 and <= DigitsMax && points <= 1;
    }
}
