using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Mdm.Fleet.Outbound.Oidc;

/// <summary>Why an ID token is not taken.</summary>
public enum IdTokenFault
{
    /// <summary>No signed token in the compact form, or one that demands an extension.</summary>
    Malformed,

    /// <summary>Another algorithm than those of <see cref="SigningKey.Algorithms"/>.</summary>
    Algorithm,

    /// <summary>None of the keys is the one that it names.</summary>
    UnknownKey,
    Signature,
    Issuer,
    Audience,
    AuthorizedParty,
    Expired,

    /// <summary>Issued in the future, or before the flow began.</summary>
    IssuedAt,
    Subject,

    /// <summary>Of another flow.</summary>
    Nonce,

    /// <summary>The provider does not say when the person proved who they are.</summary>
    NoAuthenticationTime,

    /// <summary>The person proved who they are before this flow began: the provider answered by a session of its own.</summary>
    StaleAuthentication,
}

/// <summary>What an ID token must fit. StartedAt: when the flow began, by this server's clock.</summary>
public sealed record IdTokenExpectation(string Issuer, string ClientId, string Nonce, DateTimeOffset StartedAt);

/// <summary>The claims, or why there are none.</summary>
public sealed record IdTokenResult(IdTokenFault? Fault, JsonElement Claims)
{
    internal static IdTokenResult Refused(IdTokenFault fault) => new(fault, default);
}

/// <summary>The rules of OpenID Connect Core 1.0, section 3.1.3.7, without the choices that it leaves.</summary>
public static class IdToken
{
    /// <summary>How far the provider's clock may be from ours.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(60);

    private const int CharsMax = 16 * 1024;
    private const int SubjectCharsMax = 255;

    /// <summary>Both times are whole seconds, so their difference may be one more than it was.</summary>
    private const double RoundingSeconds = 1;

    public static IdTokenResult Check(string token, ImmutableArray<SigningKey> keys, IdTokenExpectation expected, DateTimeOffset now)
    {
        var parts = token.Length > CharsMax ? [] : token.Split('.');
        if (parts.Length != 3 || Json(parts[0]) is not { } header || Json(parts[1]) is not { } claims || Base64UrlText.Decode(parts[2]) is not { } signature)
            return IdTokenResult.Refused(IsUnsigned(parts) ? IdTokenFault.Algorithm : IdTokenFault.Malformed);
        if (header.TryGetProperty("crit", out _) || header.TryGetProperty("b64", out _) || header.TryGetProperty("zip", out _))
            return IdTokenResult.Refused(IdTokenFault.Malformed);
        return (SignatureFault(header, Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), signature, keys) ?? ClaimFault(claims, expected, now)) is { } fault
            ? IdTokenResult.Refused(fault)
            : new IdTokenResult(null, claims);
    }

    private static IdTokenFault? SignatureFault(JsonElement header, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature, ImmutableArray<SigningKey> keys)
    {
        if (header.TextOf("alg") is not { } algorithm || !SigningKey.Algorithms.Contains(algorithm))
            return IdTokenFault.Algorithm;
        var id = header.TextOf("kid");
        var candidates = keys.Where(key => (id is null || key.Id == id) && key.Fits(algorithm)).ToList();
        if (candidates.Count == 0)
            return IdTokenFault.UnknownKey;
        foreach (var key in candidates)
        {
            if (key.Verifies(algorithm, data, signature))
                return null;
        }

        return IdTokenFault.Signature;
    }

    private static IdTokenFault? ClaimFault(JsonElement claims, IdTokenExpectation expected, DateTimeOffset now)
    {
        if (claims.TextOf("iss") != expected.Issuer)
            return IdTokenFault.Issuer;
        var audience = claims.TextOf("aud") is { } one ? [one] : claims.TextsOf("aud");
        if (audience.IsDefault || !audience.Contains(expected.ClientId))
            return IdTokenFault.Audience;
        if (claims.TryGetProperty("azp", out _) ? claims.TextOf("azp") != expected.ClientId : audience.Length > 1)
            return IdTokenFault.AuthorizedParty;
        if (claims.TextOf("sub") is not { Length: > 0 and <= SubjectCharsMax })
            return IdTokenFault.Subject;
        return TimeFault(claims, expected, now) ?? FlowFault(claims, expected, now);
    }

    private static IdTokenFault? TimeFault(JsonElement claims, IdTokenExpectation expected, DateTimeOffset now)
    {
        var skew = ClockSkew.TotalSeconds;
        if (claims.SecondsOf("exp") is not { } expires || expires <= Seconds(now) - skew)
            return IdTokenFault.Expired;
        return claims.SecondsOf("iat") is { } issued && issued <= Seconds(now) + skew && issued >= Seconds(expected.StartedAt) - skew && expires > issued
            ? null
            : IdTokenFault.IssuedAt;
    }

    /// <summary>
    /// The age of the proof is what the provider's own clock says between proof and token, so skew does not soften it: it must fit into
    /// the time that the flow has taken by ours. The absolute bound stands behind it for providers that issue tokens early.
    /// </summary>
    private static IdTokenFault? FlowFault(JsonElement claims, IdTokenExpectation expected, DateTimeOffset now)
    {
        if (claims.TextOf("nonce") is not { } nonce || !CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(nonce), Encoding.UTF8.GetBytes(expected.Nonce)))
            return IdTokenFault.Nonce;
        if (claims.SecondsOf("auth_time") is not { } proved)
            return IdTokenFault.NoAuthenticationTime;
        var ageSeconds = claims.SecondsOf("iat")!.Value - proved;
        var isNow = ageSeconds >= -ClockSkew.TotalSeconds
            && ageSeconds <= (now - expected.StartedAt).TotalSeconds + RoundingSeconds
            && proved >= Math.Floor(Seconds(expected.StartedAt)) - ClockSkew.TotalSeconds;
        return isNow ? null : IdTokenFault.StaleAuthentication;
    }

    private static bool IsUnsigned(string[] parts) => parts is [_, _, ""] && Json(parts[0]) is { } header && header.TextOf("alg") is not null;

    private static JsonElement? Json(string part)
    {
        try
        {
            return Base64UrlText.Decode(part) is { } bytes && OidcHttp.Parse(bytes) is { ValueKind: JsonValueKind.Object } json ? json : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static double Seconds(DateTimeOffset time) => time.ToUnixTimeMilliseconds() / 1000.0;
}
