using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Mdm.Fleet.Domain.Text;

namespace Mdm.Fleet.Domain.Enrollment;

/// <summary>
/// The key of one enrolment: the UDID of a device enrolment, the EnrollmentID of a user enrolment. 8 to 64 characters of
/// <c>0-9 A-Z a-z -</c>; anything else never gets past the edge (apple/protocol-notes.md, section 0).
/// </summary>
[JsonConverter(typeof(TextIdJsonConverter<EnrollmentId>))]
public readonly record struct EnrollmentId : ITextId<EnrollmentId>
{
    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-");

    private readonly string? _value;

    private EnrollmentId(string value) => _value = value;

    public string Value => _value ?? throw new InvalidOperationException("An EnrollmentId was never set.");

    /// <exception cref="FormatException">The text is not an enrolment id.</exception>
    public static EnrollmentId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException("An enrolment id is 8 to 64 letters, digits or hyphens.");

    public static bool TryParse([NotNullWhen(true)] string? text, out EnrollmentId id)
    {
        var valid = text is { Length: >= 8 and <= 64 } && !text.AsSpan().ContainsAnyExcept(Allowed);
        id = valid ? new EnrollmentId(text!) : default;
        return valid;
    }

    public override string ToString() => _value ?? "";
}
