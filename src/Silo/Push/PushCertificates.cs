using System.Security.Cryptography.X509Certificates;
using Mdm.Fleet.Frontend.Keys;
using Mdm.Fleet.Outbound.Push;

namespace Mdm.Fleet.Silo.Push;

/// <summary>The push certificates in force, for the push client.</summary>
internal sealed class PushCertificates(PushTopic certificates) : IPushCertificates
{
    public ValueTask<X509Certificate2?> FindAsync(string topic, CancellationToken cancellationToken) => certificates.CertificateAsync(topic);
}
