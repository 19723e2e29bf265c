using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Mdm.Fleet.Domain.Text;

namespace Mdm.Fleet.Domain.Users;

/// <summary>
/// A person's name for signing in: 1 to 128 characters, case-folded, no white space or control characters, and not "." or "..", which no address can hold. It is the key of the
/// person's record, so "Anna@Ward.example" and "anna@ward.example" are one person.
/// </summary>
[JsonConverter(typeof(TextIdJsonConverter<UserName>))]
public readonly record struct UserName : ITextId<UserName>
{
    private readonly string? _value;

    private UserName(string value) => _value = value;

    /// <summary>The special user that owns every device without a session (MU-15).</summary>
    public static UserName Nobody { get; } = new("nobody");

    public string Value => _value ?? throw new InvalidOperationException("A UserName was never set.");

    /// <exception cref="FormatException">The text is not a user name.</exception>
    public static UserName Parse(string text) =>
        TryParse(text, out var name) ? name : throw new FormatException("A user name is 1 to 128 characters without white space.");

    public static bool TryParse([NotNullWhen(true)] string? text, out UserName name)
    {
        var folded = text?.Trim().ToLowerInvariant();
        var valid = folded is { Length: >= 1 and <= 128 } && folded.All(c => !char.IsWhiteSpace(c) && !char.IsControl(c) && c is not ('/' or '\\' or '?' or '#')) && folded is not ("." or "..");
        name = valid ? new UserName(folded!) : default;
        return valid;
    }

    public override string ToString() => _value ?? "";
}
