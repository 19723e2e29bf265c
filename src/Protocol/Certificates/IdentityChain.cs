using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mdm.Fleet.Protocol.Cms;

namespace Mdm.Fleet.Protocol.Certificates;

/// <summary>What a chain check found. Only <see cref="Trusted"/> admits.</summary>
public enum IdentityVerdict
{
    Trusted,
    NotYetValid,
    Expired,
    UnknownAuthority,
    NotForClients,
    Malformed,
}

/// <summary>
/// Checks devices' certificates against a fixed set of authorities: offline, without revocation lists, without the system's trust.
/// The set must hold the root of each chain; authorities between may be given too. Safe for use from many threads.
/// </summary>
public sealed class IdentityChain
{
    private static readonly Oid ClientAuthentication = new("1.3.6.1.5.5.7.3.2");

    private readonly X509Certificate2Collection roots = [];
    private readonly X509Certificate2Collection between = [];

    public IdentityChain(IEnumerable<X509Certificate2> authorities)
    {
        foreach (var authority in authorities)
        {
            var publicPart = X509CertificateLoader.LoadCertificate(authority.RawData);
            var selfIssued = publicPart.SubjectName.RawData.AsSpan().SequenceEqual(publicPart.IssuerName.RawData);
            (selfIssued ? roots : between).Add(publicPart);
        }
    }

    /// <summary>Reads authorities from PEM text, as <c>--device-ca</c> names a file of.</summary>
    /// <exception cref="CertificateFormatException">No certificate in the text, or a broken one.</exception>
    public static IReadOnlyList<X509Certificate2> AuthoritiesFromPem(string pem)
    {
        try
        {
            var found = new X509Certificate2Collection();
            found.ImportFromPem(pem);
            return found.Count > 0
                ? [.. found] : throw new CertificateFormatException(CertificateFault.Empty, "No certificate in the text.");
        }
        catch (Exception e) when (BadInput.IsCause(e))
        {
            throw new CertificateFormatException(CertificateFault.Malformed, "A certificate in the text is broken.", e);
        }
    }

    /// <summary>Judges a certificate at a moment, in some hundred microseconds: keep the verdict for one seen before.</summary>
    public IdentityVerdict Check(X509Certificate2 certificate, DateTimeOffset at)
    {
        using var chain = new X509Chain { ChainPolicy = Policy(at) };
        try
        {
            return chain.Build(certificate) ? IdentityVerdict.Trusted : Verdict(chain, certificate, at);
        }
        catch (Exception e) when (BadInput.IsCause(e))
        {
            return IdentityVerdict.Malformed;
        }
        finally
        {
            foreach (var element in chain.ChainElements) element.Certificate.Dispose();
        }
    }

    private X509ChainPolicy Policy(DateTimeOffset at)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            VerificationTime = at.UtcDateTime,
            VerificationTimeIgnored = false,
        };
        policy.CustomTrustStore.AddRange(roots);
        policy.ExtraStore.AddRange(between);
        policy.ApplicationPolicy.Add(ClientAuthentication);
        return policy;
    }

    private static IdentityVerdict Verdict(X509Chain chain, X509Certificate2 certificate, DateTimeOffset at)
    {
        var status = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status);
        const X509ChainStatusFlags Unknown = X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.UntrustedRoot
            | X509ChainStatusFlags.NotSignatureValid | X509ChainStatusFlags.ExplicitDistrust;
        if ((status & Unknown) != 0) return IdentityVerdict.UnknownAuthority;
        if ((status & X509ChainStatusFlags.NotTimeValid) != 0)
            return at.UtcDateTime < certificate.NotBefore.ToUniversalTime() ? IdentityVerdict.NotYetValid : IdentityVerdict.Expired;
        return (status & X509ChainStatusFlags.NotValidForUsage) != 0 ? IdentityVerdict.NotForClients : IdentityVerdict.Malformed;
    }
}
