namespace Mdm.Fleet.Domain.Rules;

/// <summary>Versions of systems and apps: numbers with dots between them, 17.0.3; a part that is missing is 0.</summary>
public static class Versions
{
    private const int PartsMax = 8;

    /// <summary>Whether a text is a version.</summary>
    public static bool IsVersion(string text) => text.Length > 0 && Compare(text, text) is not null;

    /// <summary>Less than, equal to or greater than 0 as the first comes before, is, or comes after the second; null = one is no version. Allocates nothing.</summary>
    public static int? Compare(string one, string other)
    {
        var rest = one.AsSpan();
        var otherRest = other.AsSpan();
        var order = 0;
        for (var part = 0; part < PartsMax; part++)
        {
            if (!Take(ref rest, out var number) || !Take(ref otherRest, out var otherNumber))
                return null;
            if (order == 0)
                order = number.CompareTo(otherNumber);
            if (rest.IsEmpty && otherRest.IsEmpty)
                return order;
        }

        return null;
    }

    /// <summary>Takes one part; of nothing it is 0.</summary>
    private static bool Take(ref ReadOnlySpan<char> rest, out uint number)
    {
        number = 0;
        if (rest.IsEmpty)
            return true;
        var dot = rest.IndexOf('.');
        var part = dot < 0 ? rest : rest[..dot];
        rest = dot < 0 ? default : rest[(dot + 1)..];
        return (dot < 0 || !rest.IsEmpty) && uint.TryParse(part, System.Globalization.NumberStyles.None, null, out number);
    }
}
