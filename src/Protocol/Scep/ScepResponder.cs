using System.Security.Cryptography.X509Certificates;
using Mdm.Fleet.Protocol.Certificates;

namespace Mdm.Fleet.Protocol.Scep;

/// <summary>An authority's side of SCEP, over bytes: the web server brings requests, the caller decides, this reads and writes.</summary>
public sealed class ScepResponder(DeviceAuthority authority, ScepOptions? options = null)
{
    public const string MessageContentType = "application/x-pki-message";
    public const string CertificateContentType = "application/x-x509-ca-cert";
    public const string CapabilitiesContentType = "text/plain";

    private static readonly string[] Always = ["AES", "POSTPKIOperation", "Renewal", "SCEPStandard", "SHA-256", "SHA-512"];
    private static readonly string[] Legacy = ["SHA-1", "DES3"];

    private readonly ScepOptions options = options ?? ScepOptions.Strict;

    /// <summary>The answer to GetCACaps, one capability a line; SHA-1 and 3DES only where they are allowed.</summary>
    public string Capabilities => string.Concat((options.AllowLegacy ? [.. Always, .. Legacy] : Always).Select(word => word + "\n"));

    /// <summary>The answer to GetCACert: one certificate, DER.</summary>
    public byte[] CaCertificate => authority.Certificate.RawData;

    /// <inheritdoc cref="PkiOperation.Parse"/>
    public ScepRequest Parse(byte[] message) => PkiOperation.Parse(message, authority, options);

    /// <inheritdoc cref="PkiOperation.FromQuery"/>
    public byte[] FromQuery(string message) => PkiOperation.FromQuery(message, options);

    public byte[] Success(ScepRequest request, X509Certificate2 issued) => ScepReply.Success(request, issued, authority);

    public byte[] Failure(ScepRequest request, ScepFailInfo reason) => ScepReply.Failure(request, reason, authority);

    public byte[] Pending(ScepRequest request) => ScepReply.Pending(request, authority);

    /// <summary>The CertRep for a request that could not be parsed; null when only HTTP 400 can answer it.</summary>
    public byte[]? Refusal(ScepException refused) =>
        refused.Header is { } header ? ScepReply.Failure(header, refused.FailInfo, authority) : null;
}
