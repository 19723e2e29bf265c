using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mdm.Fleet.Protocol.Certificates;

namespace Mdm.Fleet.Protocol.Tests.Certificates;

/// <summary>Keys cost time to make: tests that only need some share these.</summary>
internal static class Authorities
{
    public static DeviceAuthority Devices { get; } =
        DeviceAuthority.Create("Device CA", DateTimeOffset.UtcNow, TimeSpan.FromDays(3650), 2048);

    public static RSA DeviceKey { get; } = RSA.Create(2048);

    public static RSA OtherKey { get; } = RSA.Create(2048);

    public static EnrollmentReference Reference { get; } = EnrollmentReference.Parse("r3f-0123_ABC")!.Value;

    public static PublicKey Public(RSA key) =>
        new CertificateRequest("", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).PublicKey;

    public static X509Certificate2 Issue(RSA key, TimeSpan? validity = null)
    {
        using var bare = Devices.IssueDevice(Public(key), Reference, DateTimeOffset.UtcNow, validity ?? TimeSpan.FromDays(365));
        return bare.CopyWithPrivateKey(key);
    }
}
