using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Mdm.Fleet.Domain.Text;

namespace Mdm.Fleet.Domain.Catalog;

/// <summary>The id of a user group or a device group: 1 to 64 lower-case letters, digits or hyphens.</summary>
[JsonConverter(typeof(TextIdJsonConverter<GroupId>))]
public readonly record struct GroupId : ITextId<GroupId>
{
    private static readonly SearchValues<char> Allowed = SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyz-");

    private readonly string? _value;

    private GroupId(string value) => _value = value;

    /// <summary>The built-in user group that everyone is in, nobody included (MU-15).</summary>
    public static GroupId Everyone { get; } = new("everyone");

    public string Value => _value ?? throw new InvalidOperationException("A GroupId was never set.");

    /// <exception cref="FormatException">The text is no such id.</exception>
    public static GroupId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException("An id is 1 to 64 lower-case letters, digits or hyphens.");

    public static bool TryParse([NotNullWhen(true)] string? text, out GroupId id)
    {
        var valid = text is { Length: >= 1 and <= 64 } && !text.AsSpan().ContainsAnyExcept(Allowed);
        id = valid ? new GroupId(text!) : default;
        return valid;
    }

    public override string ToString() => _value ?? "";
}
