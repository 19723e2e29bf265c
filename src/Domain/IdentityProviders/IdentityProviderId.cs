using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Mdm.Fleet.Domain.Text;

namespace Mdm.Fleet.Domain.IdentityProviders;

/// <summary>The id of an identity provider: 1 to 64 lower-case letters, digits or hyphens. "local" is none: it names local passwords.</summary>
[JsonConverter(typeof(TextIdJsonConverter<IdentityProviderId>))]
public readonly record struct IdentityProviderId : ITextId<IdentityProviderId>
{
    /// <summary>The source of people who sign in with a password that is kept here.</summary>
    public const string Local = "local";

    private static readonly SearchValues<char> Allowed = SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyz-");

    private readonly string? _value;

    private IdentityProviderId(string value) => _value = value;

    public string Value => _value ?? throw new InvalidOperationException("An IdentityProviderId was never set.");

    /// <exception cref="FormatException">The text is no such id.</exception>
    public static IdentityProviderId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException("An id is 1 to 64 lower-case letters, digits or hyphens.");

    public static bool TryParse([NotNullWhen(true)] string? text, out IdentityProviderId id)
    {
        var valid = text is { Length: >= 1 and <= 64 } and not Local && !text.AsSpan().ContainsAnyExcept(Allowed);
        id = valid ? new IdentityProviderId(text!) : default;
        return valid;
    }

    public override string ToString() => _value ?? "";
}
