namespace Mdm.Fleet.Domain.Attributes;

/// <summary>Versions as attributes hold them: numbers with dots between them (17.0.3), compared part by part. Allocates nothing.</summary>
public static class Versions
{
    public const int PartsMax = 8;

    /// <summary>Digits of a part at most, so that it is a 32-bit number.</summary>
    public const int DigitsMax = 9;

    /// <summary>One to eight numbers of up to nine digits, with a dot between them.</summary>
    public static bool IsVersion(ReadOnlySpan<char> text)
    {
        var parts = 0;
        do
        {
            if (!TryTake(ref text, out _) || ++parts > PartsMax)
                return false;
        }
        while (!text.IsEmpty);
        return true;
    }

    /// <summary>
    /// Less than, equal to or greater than zero as <paramref name="left"/> is to <paramref name="right"/>; a part that is missing is 0.
    /// Null if one is no version.
    /// </summary>
    public static int? Compare(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        if (!IsVersion(left) || !IsVersion(right))
            return null;
        while (!left.IsEmpty || !right.IsEmpty)
        {
            var (a, b) = (TakeOrZero(ref left), TakeOrZero(ref right));
            if (a != b)
                return a.CompareTo(b);
        }

        return 0;
    }

    private static int TakeOrZero(ref ReadOnlySpan<char> text) => TryTake(ref text, out var part) ? part : 0;

    /// <summary>Takes a part and the dot behind it; a dot with nothing behind it is left, which is no part.</summary>
    private static bool TryTake(ref ReadOnlySpan<char> text, out int part)
    {
        part = 0;
        var length = 0;
        while (length < text.Length && char.IsAsciiDigit(text[length]))
        {
            if (length == DigitsMax)
                return false;
            part = (part * 10) + (text[length++] - '0');
        }

        if (length == 0 || (length < text.Length && (text[length] != '.' || length + 1 == text.Length)))
            return false;
        text = length < text.Length ? text[(length + 1)..] : [];
        return true;
    }
}
