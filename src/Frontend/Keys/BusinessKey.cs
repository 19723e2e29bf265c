using System.Security.Cryptography.X509Certificates;
using Mdm.Fleet.Protocol.Certificates;
using Mdm.Fleet.Protocol.CheckIn;

namespace Mdm.Fleet.Frontend.Keys;

/// <summary>
/// The key whose certificate an admin uploads to Apple Business Manager, and the UUID by which it knows this server. Safe for many threads.
/// </summary>
public sealed class BusinessKey(X509Certificate2 certificate, Guid serverUuid) : IDisposable
{
    public Guid ServerUuid { get; } = serverUuid;

    /// <summary>What the admin uploads.</summary>
    public string CertificatePem { get; } = certificate.ExportCertificatePem() + "\n";

    /// <summary>A new key with its self-signed certificate.</summary>
    public static StoredIdentity Create(DateTimeOffset now, TimeSpan validity) => ManagedAccountToken.CreateKey("Mdm.Fleet business", now, validity);

    /// <summary>TokenData for <c>com.apple.maid</c>.</summary>
    public byte[] ManagedAccountTokenAt(DateTimeOffset now) => ManagedAccountToken.Issue(certificate, ServerUuid, Guid.NewGuid(), now);

    public void Dispose() => certificate.Dispose();
}
