namespace Mdm.Fleet.Frontend.Admin.Http;

/// <summary>What a name for people may be.</summary>
internal static class Names
{
    public const int LengthMax = 200;

    /// <exception cref="RefusalException">Empty, too long, or with control characters.</exception>
    public static string Check(string? name, string field = "name")
    {
        var trimmed = name?.Trim();
        return trimmed is { Length: > 0 and <= LengthMax } && IsText(trimmed)
            ? trimmed
            : throw RefusalException.Field(field, $"{field} is 1 to {LengthMax} characters without control characters.");
    }

    /// <summary>No control characters and no half characters, which neither engine stores.</summary>
    public static bool IsText(string text) => !text.Any(char.IsControl) && text.EnumerateRunes().All(rune => rune.Value != 0xFFFD);
}
