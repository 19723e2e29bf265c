using System.Collections.Immutable;

namespace Mdm.Fleet.Domain.Users;

/// <summary>
/// What a new password must be. LengthMin in characters; Lower, Upper, Digits, Symbols: how many of each at least; Classes: of how many of
/// these four it has any. It never contains the user name.
/// </summary>
public sealed record PasswordRules(int LengthMin = 8, int Lower = 0, int Upper = 0, int Digits = 0, int Symbols = 0, int Classes = 0)
{
    /// <summary>In UTF-16 units, as sign-in pages bound what they take.</summary>
    public const int LengthMax = 1024;

    /// <summary>A shorter user name may be part of a password, not all of it.</summary>
    private const int NameLengthMin = 3;

    public static PasswordRules Default { get; } = new();

    /// <summary>Why the password can't be taken; empty = it can.</summary>
    public ImmutableArray<PasswordFault> Check(string password, UserName userName) => [.. Faults(password, userName.Value)];

    /// <summary>What there is to tell before anyone has chosen a password.</summary>
    public ImmutableArray<PasswordFault> All() => [.. Faults("", null), new PasswordFault(PasswordFaultKind.UserName, 0)];

    private IEnumerable<PasswordFault> Faults(string password, string? userName)
    {
        var runes = password.EnumerateRunes().ToList();
        int lower = runes.Count(System.Text.Rune.IsLower), upper = runes.Count(System.Text.Rune.IsUpper), digits = runes.Count(System.Text.Rune.IsDigit);
        var symbols = runes.Count(rune => !System.Text.Rune.IsLetterOrDigit(rune));
        var classes = new[] { lower, upper, digits, symbols }.Count(count => count > 0);
        if (runes.Count < Math.Max(1, LengthMin))
            yield return new PasswordFault(PasswordFaultKind.TooShort, Math.Max(1, LengthMin));
        if (password.Length > LengthMax)
            yield return new PasswordFault(PasswordFaultKind.TooLong, LengthMax);
        foreach (var (kind, has, needs) in new[]
        {
            (PasswordFaultKind.Lower, lower, Lower),
            (PasswordFaultKind.Upper, upper, Upper),
            (PasswordFaultKind.Digits, digits, Digits),
            (PasswordFaultKind.Symbols, symbols, Symbols),
            (PasswordFaultKind.Classes, classes, Classes),
        })
        {
            if (has < needs)
                yield return new PasswordFault(kind, needs);
        }

        if (userName is not null && Holds(password, userName))
            yield return new PasswordFault(PasswordFaultKind.UserName, 0);
    }

    private static bool Holds(string password, string userName) => userName.Length < NameLengthMin
        ? password.Equals(userName, StringComparison.OrdinalIgnoreCase)
        : password.Contains(userName, StringComparison.OrdinalIgnoreCase);
}

public enum PasswordFaultKind
{
    TooShort,
    TooLong,
    Lower,
    Upper,
    Digits,
    Symbols,

    /// <summary>Too few of lower case, upper case, digits and symbols.</summary>
    Classes,

    /// <summary>It contains the user name.</summary>
    UserName,
}

/// <summary>A rule that a password breaks, and the number in it.</summary>
public sealed record PasswordFault(PasswordFaultKind Kind, int Count)
{
    /// <summary>For admins.</summary>
    public string Message => Kind switch
    {
        PasswordFaultKind.TooShort => $"A password has at least {Count} characters.",
        PasswordFaultKind.TooLong => $"A password has at most {Count} characters.",
        PasswordFaultKind.Lower => $"A password has at least {Count} lower-case letters.",
        PasswordFaultKind.Upper => $"A password has at least {Count} upper-case letters.",
        PasswordFaultKind.Digits => $"A password has at least {Count} digits.",
        PasswordFaultKind.Symbols => $"A password has at least {Count} symbols.",
        PasswordFaultKind.Classes => $"A password has at least {Count} of lower-case letters, upper-case letters, digits and symbols.",
        PasswordFaultKind.UserName => "A password does not contain the user name.",
        _ => throw new InvalidOperationException($"No words for {Kind}."),
    };
}
