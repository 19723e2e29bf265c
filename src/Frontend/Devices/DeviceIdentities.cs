using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mdm.Fleet.Frontend.Keys;
using Mdm.Fleet.Frontend.Web;
using Mdm.Fleet.Protocol.Certificates;
using Mdm.Fleet.Protocol.Cms;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Mdm.Fleet.Frontend.Devices;

/// <summary>
/// Decides at the edge who sends a request: by the certificate that a trusted proxy forwards, else by the TLS client certificate, else
/// by the signature over the body. A certificate counts when our own authority or a given one issued it (PR-02).
/// </summary>
public sealed class DeviceIdentities
{
    // No signature with its certificate is smaller.
    private const int SignatureCharsMin = 256;

    private readonly FrontendOptions _options;
    private readonly TimeProvider _time;
    private readonly IdentityChain _ours;
    private readonly IdentityChain? _given;
    private readonly TrustedProxies _proxies;
    private readonly IdentityCache _known = new();
    private readonly ConditionalWeakTable<X509Certificate2, DeviceIdentity> _connections = [];
    private int _judged;

    public DeviceIdentities(InstallationKeys keys, FrontendOptions options, TimeProvider time)
    {
        (_options, _time, _proxies) = (options, time, new TrustedProxies(options));
        _ours = new IdentityChain([keys.Devices.Certificate]);
        var given = options.DeviceAuthorities.SelectMany(IdentityChain.AuthoritiesFromPem).ToArray();
        _given = given.Length == 0 ? null : new IdentityChain(given);
    }

    /// <summary>How many certificates were examined: those of proofs that were seen before are not.</summary>
    public int Judged => Volatile.Read(ref _judged);

    /// <summary>The identity that needs no body to be proven, or null.</summary>
    public DeviceIdentity? OfCertificate(HttpContext context)
    {
        if (Forwarded(context) is { } header)
            return Valid(OfHeader(header));
        return context.Features.Get<ITlsConnectionFeature>()?.ClientCertificate is { } certificate ? Valid(OfConnection(certificate)) : null;
    }

    /// <summary>Whether the request brings something that has the form of a signature: one DER sequence in base64.</summary>
    public static bool IsSigned(HttpRequest request) =>
        request.Headers[MdmSignature.HeaderName] is [{ Length: >= SignatureCharsMin } header] && header[0] == 'M' && Base64.IsValid(header);

    /// <summary>The identity that signed the body, or null where its certificate is none of ours.</summary>
    /// <exception cref="CmsException">The signature does not hold.</exception>
    public DeviceIdentity? OfSignature(HttpRequest request, ReadOnlySpan<byte> body)
    {
        if (request.Headers[MdmSignature.HeaderName] is not [{ } header])
            throw new CmsException(CmsFault.NotExactlyOneSigner, "The request has more than one signature.");
        using var signer = MdmSignature.Verify(header, body.ToArray());
        return Valid(OfCertificate(signer));
    }

    private string? Forwarded(HttpContext context) =>
        _options.ClientCertificateHeader is { } name
        && context.Request.Headers.TryGetValue(name, out var values)
        && _proxies.Contains(context.Connection.RemoteIpAddress)
            ? Single(values)
            : null;

    /// <summary>Two of them can't both be true: the proxy let one through, so none is believed.</summary>
    private static string Single(StringValues values) => values is [{ } single] ? single : "";

    private DeviceIdentity? OfHeader(string header)
    {
        if (header.Length is 0 or > ClientCertificateHeader.HeaderCharsMax)
            return null;
        var proof = Digest.Of(MemoryMarshal.AsBytes(header.AsSpan()));
        if (_known.Find(proof) is { } known)
            return known;
        try
        {
            using var certificate = X509CertificateLoader.LoadCertificate(ClientCertificateHeader.Parse(header));
            return Keep(proof, Judge(certificate));
        }
        catch (Exception e) when (e is CertificateFormatException or CryptographicException)
        {
            return null;
        }
    }

    private DeviceIdentity? OfConnection(X509Certificate2 certificate)
    {
        if (_connections.TryGetValue(certificate, out var known))
            return known;
        if (OfCertificate(certificate) is not { } identity)
            return null;
        _connections.AddOrUpdate(certificate, identity);
        return identity;
    }

    private DeviceIdentity? OfCertificate(X509Certificate2 certificate)
    {
        var proof = Digest.Of(certificate.RawDataMemory.Span);
        return _known.Find(proof) ?? Keep(proof, Judge(certificate));
    }

    private DeviceIdentity? Keep(in Digest proof, DeviceIdentity? identity)
    {
        if (identity is not null)
            _known.Keep(proof, identity);
        return identity;
    }

    private DeviceIdentity? Judge(X509Certificate2 certificate)
    {
        Interlocked.Increment(ref _judged);
        var now = _time.GetUtcNow();
        if (_ours.Check(certificate, now) == IdentityVerdict.Trusted)
            return EnrollmentReference.FromCertificate(certificate) is { } reference ? Identity($"ref:{reference.Value}", reference.Value, certificate) : null;
        return _given?.Check(certificate, now) == IdentityVerdict.Trusted
            ? Identity($"cert:{Convert.ToHexStringLower(SHA256.HashData(certificate.RawDataMemory.Span))}", null, certificate)
            : null;
    }

    private static DeviceIdentity Identity(string name, string? reference, X509Certificate2 certificate) => new(
        name,
        reference,
        certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false),
        certificate.NotBefore.ToUniversalTime(),
        certificate.NotAfter.ToUniversalTime());

    private DeviceIdentity? Valid(DeviceIdentity? identity) => identity?.IsValidAt(_time.GetUtcNow()) == true ? identity : null;
}
