using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;

namespace Mdm.Fleet.Protocol.Cms;

/// <summary>One place for how we sign: SHA-256, issuer and serial number, no chain looked up.</summary>
internal static class Signing
{
    public static CmsSigner By(X509Certificate2 signer, string digestOid = CmsAlgorithms.Sha256) =>
        new(SubjectIdentifierType.IssuerAndSerialNumber, signer)
        {
            DigestAlgorithm = CmsAlgorithms.DigestOid(digestOid),
            IncludeOption = X509IncludeOption.EndCertOnly,
        };
}
