using System.Collections.Immutable;
using Mdm.Fleet.Protocol.Plist;

namespace Mdm.Fleet.Protocol.Connect;

/// <summary>One certificate on the device.</summary>
/// <param name="Data">DER as the device sent it; it is not looked into here, and may be no certificate.</param>
public sealed record InstalledCertificate(string CommonName, bool IsIdentity, ReadOnlyMemory<byte> Data);

/// <summary>The answer to CertificateList.</summary>
public sealed record CertificateListResult(ImmutableArray<InstalledCertificate> Certificates) : CommandResult
{
    /// <summary>Null when the message carries no list.</summary>
    /// <exception cref="ProtocolException">The message is malformed.</exception>
    public static CertificateListResult? Decode(ReadOnlySpan<byte> body) =>
        FindList(body, "CertificateList"u8) is { } list ? new CertificateListResult([.. list.Select(Read)]) : null;

    internal override PlistValue.Dict ToDict() => ListDict("CertificateList", Certificates, certificate => PlistValue.Dict.Of(
        ("CommonName", certificate.CommonName), ("Data", certificate.Data), ("IsIdentity", certificate.IsIdentity)));

    private static InstalledCertificate Read(PlistValue.Dict keys) =>
        new(keys.GetString("CommonName") ?? "", keys.GetBool("IsIdentity") ?? false, keys.GetData("Data") ?? default);
}
