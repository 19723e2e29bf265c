using System.Diagnostics.CodeAnalysis;

namespace Mdm.Fleet.Domain.Mail;

/// <summary>
/// An e-mail address (RFC 5321 without quoted local parts, address literals and characters beyond ASCII) and the name shown with it.
/// Nothing in it can end a header or an SMTP command.
/// </summary>
public sealed record MailAddress
{
    public const int LengthMax = 254;

    private const int LocalLengthMax = 64;
    private const int LabelLengthMax = 63;
    private const int NameLengthMax = 200;
    private const string LocalMarks = "!#$%&'*+-/=?^_`{|}~.";

    private MailAddress(string address, string? name)
    {
        Address = address;
        Name = name;
    }

    public string Address { get; }

    /// <summary>Null = none.</summary>
    public string? Name { get; }

    /// <summary>What stands behind the @.</summary>
    public string Domain => Address[(Address.LastIndexOf('@') + 1)..];

    /// <exception cref="FormatException">The address or the name is none.</exception>
    public static MailAddress Parse(string? address, string? name = null) =>
        TryParse(address, name, out var parsed) ? parsed : throw new FormatException("This is no e-mail address that mail can be sent to.");

    public static bool TryParse(string? address, string? name, [NotNullWhen(true)] out MailAddress? parsed)
    {
        parsed = null;
        var at = address?.LastIndexOf('@') ?? -1;
        if (at < 1 || address!.Length > LengthMax || !IsLocal(address.AsSpan(0, at)) || !IsDomain(address[(at + 1)..]) || !IsName(name))
            return false;
        parsed = new MailAddress(address, string.IsNullOrWhiteSpace(name) ? null : name);
        return true;
    }

    private static bool IsLocal(ReadOnlySpan<char> local)
    {
        if (local.Length > LocalLengthMax || local[0] == '.' || local[^1] == '.' || local.Contains("..", StringComparison.Ordinal))
            return false;
        foreach (var c in local)
        {
            if (!char.IsAsciiLetterOrDigit(c) && !LocalMarks.Contains(c, StringComparison.Ordinal))
                return false;
        }

        return true;
    }

    private static bool IsDomain(string domain) => domain.Split('.').All(label =>
        label.Length is > 0 and <= LabelLengthMax && label[0] != '-' && label[^1] != '-' && label.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'));

    private static bool IsName(string? name) => name is null || (name.Length <= NameLengthMax && !name.Any(char.IsControl));
}
