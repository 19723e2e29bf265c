using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mdm.Fleet.Outbound.Oidc;

namespace Mdm.Fleet.Outbound.Tests.Oidc;

/// <summary>Makes ID tokens, right and wrong ones, with keys of its own.</summary>
internal sealed class TokenSmith : IDisposable
{
    public const string Issuer = "https://login.example/tenant";
    public const string ClientId = "fleet";
    public const string Nonce = "nonce-of-this-flow";

    public static readonly DateTimeOffset Now = new(2026, 3, 4, 5, 6, 40, TimeSpan.Zero);

    /// <summary>The flow began 20 s ago.</summary>
    public static readonly DateTimeOffset StartedAt = Now - TimeSpan.FromSeconds(20);

    private readonly RSA _rsa = RSA.Create(2_048);
    private readonly ECDsa _ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public ImmutableArray<SigningKey> Keys => Read(RsaKey(), EcKey());

    public static ImmutableArray<SigningKey> Read(params JsonObject[] keys) =>
        SigningKey.ReadSet(JsonSerializer.SerializeToElement(new JsonObject { ["keys"] = new JsonArray([.. keys]) }));

    public static JsonObject Claims() => new()
    {
        ["iss"] = Issuer,
        ["aud"] = ClientId,
        ["sub"] = "subject",
        ["nonce"] = Nonce,
        ["iat"] = Seconds(Now),
        ["exp"] = Seconds(Now) + 300,
        ["auth_time"] = Seconds(Now) - 5,
    };

    public static long Seconds(DateTimeOffset time) => time.ToUnixTimeSeconds();

    public static IdTokenFault? Check(string token, ImmutableArray<SigningKey> keys) =>
        IdToken.Check(token, keys, new IdTokenExpectation(Issuer, ClientId, Nonce, StartedAt), Now).Fault;

    public static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    public JsonObject RsaKey(string? kid = "rsa")
    {
        var key = _rsa.ExportParameters(false);
        return new JsonObject { ["kty"] = "RSA", ["kid"] = kid, ["n"] = Base64Url.EncodeToString(key.Modulus), ["e"] = Base64Url.EncodeToString(key.Exponent) };
    }

    public JsonObject EcKey(string? kid = "ec")
    {
        var key = _ec.ExportParameters(false).Q;
        return new JsonObject { ["kty"] = "EC", ["crv"] = "P-256", ["kid"] = kid, ["x"] = Base64Url.EncodeToString(key.X), ["y"] = Base64Url.EncodeToString(key.Y) };
    }

    public string Sign(JsonObject claims, string algorithm = "RS256", Action<JsonObject>? header = null) => SignText(claims.ToJsonString(), algorithm, header);

    public string SignText(string claims, string algorithm = "RS256", Action<JsonObject>? change = null)
    {
        var header = new JsonObject { ["alg"] = algorithm, ["kid"] = algorithm == "ES256" ? "ec" : "rsa" };
        change?.Invoke(header);
        var text = $"{Encode(header.ToJsonString())}.{Encode(claims)}";
        var data = Encoding.ASCII.GetBytes(text);
        var signature = algorithm switch
        {
            "ES256" => _ec.SignData(data, HashAlgorithmName.SHA256),
            "PS256" => _rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
            "RS384" => _rsa.SignData(data, HashAlgorithmName.SHA384, RSASignaturePadding.Pkcs1),
            "HS256" => HMACSHA256.HashData(Encoding.UTF8.GetBytes(_rsa.ExportSubjectPublicKeyInfoPem()), data),
            _ => _rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
        };
        return $"{text}.{Base64Url.EncodeToString(signature)}";
    }

    public void Dispose()
    {
        _rsa.Dispose();
        _ec.Dispose();
    }
}
