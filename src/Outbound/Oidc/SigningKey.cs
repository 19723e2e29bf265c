using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;

namespace Mdm.Fleet.Outbound.Oidc;

/// <summary>
/// A public key of a provider (RFC 7517) for RS256, PS256 or ES256 (RFC 7518). There is no key for HMAC or "none", so no token can ask
/// for them.
/// </summary>
public sealed class SigningKey
{
    private const int KeysMax = 64;
    private const int RsaBitsMin = 2_048;
    private const int RsaBitsMax = 8_192;
    private const int CoordinateBytes = 32;

    private readonly RSAParameters? _rsa;
    private readonly ECParameters? _ec;
    private readonly string? _algorithm;

    private SigningKey(string? id, string? algorithm, RSAParameters? rsa, ECParameters? ec)
    {
        Id = id;
        _algorithm = algorithm;
        _rsa = rsa;
        _ec = ec;
    }

    /// <summary>The signature algorithms that are accepted.</summary>
    public static ImmutableArray<string> Algorithms { get; } = ["RS256", "PS256", "ES256"];

    /// <summary>The key's id, where it has one.</summary>
    public string? Id { get; }

    /// <summary>The keys of a set that can verify signatures; others are left out.</summary>
    public static ImmutableArray<SigningKey> ReadSet(JsonElement set) =>
        set.ValueKind == JsonValueKind.Object && set.TryGetProperty("keys", out var keys) && keys.ValueKind == JsonValueKind.Array
            ? [.. keys.EnumerateArray().Take(KeysMax).Select(Read).OfType<SigningKey>()]
            : [];

    /// <summary>Whether a token of this algorithm may be of this key.</summary>
    public bool Fits(string algorithm) =>
        (_algorithm is null || _algorithm == algorithm) && (algorithm switch { "RS256" or "PS256" => _rsa is not null, "ES256" => _ec is not null, _ => false });

    /// <summary>Whether the signature is this key's over the data.</summary>
    public bool Verifies(string algorithm, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (!Fits(algorithm))
            return false;
        if (_ec is { } point)
        {
            using var ec = ECDsa.Create(point);
            return ec.VerifyData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }

        using var rsa = RSA.Create(_rsa!.Value);
        return rsa.VerifyData(data, signature, HashAlgorithmName.SHA256, algorithm == "PS256" ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1);
    }

    private static SigningKey? Read(JsonElement key)
    {
        if (key.ValueKind != JsonValueKind.Object || key.TextOf("use") is not (null or "sig"))
            return null;
        if (key.TextsOf("key_ops") is { IsDefault: false } operations && !operations.Contains("verify"))
            return null;
        var (id, algorithm) = (key.TextOf("kid"), key.TextOf("alg"));
        return key.TextOf("kty") switch
        {
            "RSA" when Rsa(key) is { } rsa => new SigningKey(id, algorithm, rsa, null),
            "EC" when Ec(key) is { } ec => new SigningKey(id, algorithm, null, ec),
            _ => null,
        };
    }

    private static RSAParameters? Rsa(JsonElement key)
    {
        if (Base64UrlText.Decode(key.TextOf("n")) is not { } modulus || Base64UrlText.Decode(key.TextOf("e")) is not { Length: >= 1 and <= 8 } exponent)
            return null;
        try
        {
            var parameters = new RSAParameters { Modulus = modulus, Exponent = exponent };
            using var rsa = RSA.Create(parameters);
            return rsa.KeySize is >= RsaBitsMin and <= RsaBitsMax ? parameters : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static ECParameters? Ec(JsonElement key)
    {
        if (key.TextOf("crv") != "P-256" || Base64UrlText.Decode(key.TextOf("x")) is not { Length: CoordinateBytes } x || Base64UrlText.Decode(key.TextOf("y")) is not { Length: CoordinateBytes } y)
            return null;
        try
        {
            var parameters = new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = x, Y = y } };
            using var ec = ECDsa.Create(parameters);
            return parameters;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
