using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json.Serialization;
using Mdm.Fleet.Domain.Text;

namespace Mdm.Fleet.Domain.Users;

/// <summary>
/// A Managed Apple ID: it looks like an e-mail address, at most 254 characters, case-folded. It is the key of the record that says who
/// holds it, so one id has one holder. No masked text is an id.
/// </summary>
[JsonConverter(typeof(TextIdJsonConverter<ManagedAppleId>))]
public readonly record struct ManagedAppleId : ITextId<ManagedAppleId>
{
    public const int LengthMax = 254;

    private const string Dots = "•••";
    private const int LocalLengthMax = 64;

    private readonly string? _value;

    private ManagedAppleId(string value) => _value = value;

    public string Value => _value ?? throw new InvalidOperationException("A ManagedAppleId was never set.");

    /// <summary>
    /// As people see it who may not see it in full (UG-10): the first character of name and domain, and the domain's last label, for
    /// example <c>a•••@e•••.com</c>.
    /// </summary>
    public string Masked
    {
        get
        {
            var at = Value.IndexOf('@', StringComparison.Ordinal);
            return $"{First(Value)}{Dots}@{First(Value[(at + 1)..])}{Dots}{Value[Value.LastIndexOf('.')..]}";
        }
    }

    /// <exception cref="FormatException">The text is no such id.</exception>
    public static ManagedAppleId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException("A Managed Apple ID looks like an e-mail address.");

    public static bool TryParse([NotNullWhen(true)] string? text, out ManagedAppleId id)
    {
        var folded = text?.Trim().ToLowerInvariant();
        var valid = folded is { Length: > 0 and <= LengthMax } && folded.Split('@') is [var name, var domain] && IsName(name) && IsDomain(domain);
        id = valid ? new ManagedAppleId(folded!) : default;
        return valid;
    }

    /// <summary>The id itself is shown by <see cref="Value"/> alone, so that it gets into no log by being printed.</summary>
    public override string ToString() => _value is null ? "" : Masked;

    private static bool IsName(string name) => name.Length is > 0 and <= LocalLengthMax
        && name.EnumerateRunes().All(rune => rune.Value != 0xFFFD && !Rune.IsWhiteSpace(rune) && !Rune.IsControl(rune) && rune.Value is not ('•' or '/' or '\\' or '"'));

    private static bool IsDomain(string domain) =>
        domain.Split('.') is { Length: >= 2 } labels && labels.All(static label =>
            label.Length is > 0 and <= 63 && label[0] != '-' && label[^1] != '-'
            && label.EnumerateRunes().All(static rune => Rune.IsLetterOrDigit(rune) || rune.Value == '-'));

    private static string First(string text) => text.EnumerateRunes().First().ToString();
}
