using Mdm.Fleet.Domain.Enrollment;
using Mdm.Fleet.Protocol.Plist;

namespace Mdm.Fleet.Protocol.Messages;

/// <summary>
/// Who sends a message: the device's enrolment, and on a user channel the user (apple/protocol-notes.md, section 0).
/// </summary>
/// <param name="DeviceKey">The UDID, or under User Enrollment the EnrollmentID.</param>
/// <param name="IsUserEnrollment">The key is an EnrollmentID.</param>
/// <param name="UserId">The user's id on a user channel of a device enrolment; all F on a Shared iPad.</param>
/// <param name="UserShortName">On a Shared iPad the Managed Apple Account.</param>
/// <param name="EnrollmentUserId">The user's id on a user channel under User Enrollment (macOS).</param>
public sealed record EnrollmentIdentity(
    EnrollmentId DeviceKey,
    bool IsUserEnrollment = false,
    string? UserId = null,
    string? UserShortName = null,
    string? EnrollmentUserId = null)
{
    /// <summary>The UserID that every user of a Shared iPad has.</summary>
    public const string SharedIPadUserId = "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF";

    private const int ShortNameMax = 255;

    public string? Udid => IsUserEnrollment ? null : DeviceKey.Value;

    public string? EnrollmentId => IsUserEnrollment ? DeviceKey.Value : null;

    /// <summary>True exactly when the message carries UserID or EnrollmentUserID.</summary>
    public bool IsUserChannel => UserId is not null || EnrollmentUserId is not null;

    /// <summary>The user's key on this device; null on the device channel.</summary>
    public string? UserKey => IsSharedIPadUser ? UserShortName : UserId ?? EnrollmentUserId;

    private bool IsSharedIPadUser => string.Equals(UserId, SharedIPadUserId, StringComparison.OrdinalIgnoreCase);

    internal static EnrollmentIdentity Read(in MessageFields fields)
    {
        var (udid, enrollmentId) = (fields.Text(MessageKey.Udid), fields.Text(MessageKey.EnrollmentId));
        if (udid is null == enrollmentId is null)
            throw new ProtocolException(ProtocolError.NoIdentifier, "A message carries either UDID or EnrollmentID.");
        if (!Domain.Enrollment.EnrollmentId.TryParse(udid ?? enrollmentId, out var key))
            throw new ProtocolException(ProtocolError.BadIdentifier, "UDID or EnrollmentID is not 8 to 64 letters, digits or hyphens.");
        var identity = new EnrollmentIdentity(
            key,
            udid is null,
            UserIdOf(fields, MessageKey.UserId),
            fields.Text(MessageKey.UserShortName),
            UserIdOf(fields, MessageKey.EnrollmentUserId));
        return identity.Checked();
    }

    internal void Write(PlistWriter writer)
    {
        writer.Pair("EnrollmentID", EnrollmentId);
        writer.Pair("EnrollmentUserID", EnrollmentUserId);
        writer.Pair("UDID", Udid);
        writer.Pair("UserID", UserId);
        writer.Pair("UserShortName", UserShortName);
    }

    private static string? UserIdOf(in MessageFields fields, MessageKey key)
    {
        var text = fields.Text(key);
        return text is null || Domain.Enrollment.EnrollmentId.TryParse(text, out _)
            ? text
            : throw new ProtocolException(ProtocolError.BadIdentifier, $"{key} is not 8 to 64 letters, digits or hyphens.");
    }

    private EnrollmentIdentity Checked()
    {
        if (UserShortName is { Length: > ShortNameMax })
            throw new ProtocolException(ProtocolError.BadIdentifier, $"UserShortName is longer than {ShortNameMax} characters.");
        return IsSharedIPadUser && string.IsNullOrEmpty(UserShortName)
            ? throw new ProtocolException(ProtocolError.MissingKey, "A Shared iPad's user channel carries UserShortName.")
            : this;
    }
}
