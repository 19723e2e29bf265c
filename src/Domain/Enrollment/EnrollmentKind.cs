using System.Text.Json.Serialization;

namespace Mdm.Fleet.Domain.Enrollment;

/// <summary>How a device came to this server. User enrolment is the only kind without a UDID (apple/protocol-notes.md, section 0).</summary>
[JsonConverter(typeof(JsonStringEnumConverter<EnrollmentKind>))]
public enum EnrollmentKind
{
    /// <summary>Profile-driven or account-driven device enrolment, unsupervised.</summary>
    Device,

    /// <summary>User Enrollment: managed data lives apart from the person's own.</summary>
    User,

    /// <summary>Automated Device Enrollment, supervised.</summary>
    Automated,
}
