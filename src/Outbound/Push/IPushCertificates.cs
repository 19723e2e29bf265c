using System.Security.Cryptography.X509Certificates;

namespace Mdm.Fleet.Outbound.Push;

/// <summary>The push certificates in force. Asked at every send, so that a renewed one is used from the next send on.</summary>
public interface IPushCertificates
{
    /// <summary>
    /// The certificate with its private key for a topic, or null. It stays the lookup's own; it must stay undisposed while it is handed out.
    /// </summary>
    ValueTask<X509Certificate2?> FindAsync(string topic, CancellationToken cancellationToken);
}
