using System.Net;
using Mdm.Fleet.Domain.Enrollment;
using Mdm.Fleet.Frontend.Web;

namespace Mdm.Fleet.Frontend.SignIn;

/// <summary>
/// How many wrong sign-ins a minute are heard. A device's own limit is low; the one of an address is far beyond what a hospital behind
/// one address mistypes, so that others' failures refuse nobody there.
/// </summary>
public sealed class AttemptLimits(TimeProvider time)
{
    public const int PerDevice = 10;
    public const int PerAddress = 1_000;

    private readonly FailureLimit<EnrollmentId> _devices = new(time, PerDevice);
    private readonly FailureLimit<IPAddress> _addresses = new(time, PerAddress);

    /// <summary>Whether another try is heard now; if not, when.</summary>
    public bool MayTry(EnrollmentId device, IPAddress address, out TimeSpan retryAfter) =>
        !_devices.Refuses(device, out retryAfter) && !_addresses.Refuses(address, out retryAfter);

    /// <summary>The same where there is no device.</summary>
    public bool MayTry(IPAddress address, out TimeSpan retryAfter) => !_addresses.Refuses(address, out retryAfter);

    public void Failed(IPAddress address) => _addresses.Failed(address);

    public void Failed(EnrollmentId device, IPAddress address)
    {
        _devices.Failed(device);
        _addresses.Failed(address);
    }
}
