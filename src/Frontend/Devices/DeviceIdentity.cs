using Mdm.Fleet.Grains.Devices;

namespace Mdm.Fleet.Frontend.Devices;

/// <summary>
/// Who sends a request, as one certificate proves it. Kept for requests that bring the same certificate again, so what each of them
/// needs is made once.
/// </summary>
/// <param name="Name">What enrolments are bound to: <c>ref:</c> and the enrolment reference, or <c>cert:</c> and the certificate's SHA-256.</param>
/// <param name="Reference">The enrolment reference in a certificate of ours; null in one of a given authority.</param>
/// <param name="CommonName">The subject's common name.</param>
/// <param name="NotBefore">From when the certificate is valid.</param>
/// <param name="NotAfter">Until when.</param>
public sealed record DeviceIdentity(string Name, string? Reference, string CommonName, DateTimeOffset NotBefore, DateTimeOffset NotAfter)
{
    /// <summary>The connect that says nothing but who it is.</summary>
    internal ConnectRequest Idle { get; } = new(Name, IdentityExpiresAt: NotAfter);

    public bool IsValidAt(DateTimeOffset time) => NotBefore <= time && time <= NotAfter;

    /// <summary>
    /// Whether the identity alone proves an enrolment: a reference given out by an admin's token, or a certificate named after the device.
    /// </summary>
    public bool MayRebind(string enrolmentId) => Reference is not null || string.Equals(CommonName, enrolmentId, StringComparison.OrdinalIgnoreCase);
}
