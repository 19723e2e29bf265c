using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Mdm.Fleet.Protocol.Certificates;

namespace Mdm.Fleet.Protocol.CheckIn;

/// <summary>
/// The answer to GetToken for <c>com.apple.maid</c>: a JWT that tells Apple, at the sign-in of a Managed Apple Account, that this server
/// manages the device (apple/protocol-notes.md, section 2.6).
/// </summary>
public static class ManagedAccountToken
{
    public const string ServiceType = "com.apple.maid";

    private const int KeyBits = 2048;

    /// <summary>A new RSA key with a certificate that it signs itself, as Apple Business Manager takes it.</summary>
    public static StoredIdentity CreateKey(string name, DateTimeOffset now, TimeSpan validity)
    {
        using var key = RSA.Create(KeyBits);
        var request = new CertificateRequest(CertificateAuthority.Name(name), key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(
            X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment, critical: true));
        using var certificate = request.CreateSelfSigned(now, now + validity);
        return StoredIdentity.From(certificate);
    }

    /// <summary>Signs a token with RS256. The id is random and serves once.</summary>
    public static byte[] Issue(X509Certificate2 signer, Guid serverUuid, Guid id, DateTimeOffset now)
    {
        var text = $"{Part(WriteHeader)}.{Part(json => WriteClaims(json, serverUuid, id, now))}";
        using var key = signer.GetRSAPrivateKey()
            ?? throw new CertificateFormatException(CertificateFault.NoPrivateKey, "A token needs an RSA key.");
        var signature = key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return Encoding.ASCII.GetBytes($"{text}.{Base64Url.EncodeToString(signature)}");
    }

    private static void WriteHeader(Utf8JsonWriter json)
    {
        json.WriteString("alg", "RS256");
        json.WriteString("typ", "JWT");
    }

    private static void WriteClaims(Utf8JsonWriter json, Guid serverUuid, Guid id, DateTimeOffset now)
    {
        json.WriteString("iss", serverUuid.ToString("D").ToUpperInvariant());
        json.WriteNumber("iat", now.ToUnixTimeSeconds());
        json.WriteString("jti", id.ToString("D").ToUpperInvariant());
        json.WriteString("service_type", ServiceType);
    }

    private static string Part(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return Base64Url.EncodeToString(buffer.WrittenSpan);
    }
}
