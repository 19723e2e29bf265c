using System.Buffers;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace Mdm.Fleet.LoadSim.Apns;

/// <summary>
/// Which requests the push service refuses, with Apple's words (apple/protocol-notes.md, section 4). Where Apple is lenient, so is this:
/// topic and push type may be missing from a request whose certificate has one topic.
/// </summary>
public static class ApnsRules
{
    /// <summary>Apple's limit for pushes that are not VoIP.</summary>
    public const int PayloadBytesMax = 4096;

    internal const string DevicePath = "/3/device/";
    private const string UserIdOid = "0.9.2342.19200300.100.1.1";
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");
    private static readonly string[] SingleHeaders = ["apns-topic", "apns-push-type", "apns-priority", "apns-expiration", "apns-id"];

    /// <summary>The topic of a push certificate: its subject's UID; null where it has none.</summary>
    public static string? TopicOf(X509Certificate2 certificate) => certificate.SubjectName
        .EnumerateRelativeDistinguishedNames()
        .Where(part => !part.HasMultipleElements && part.GetSingleElementType().Value == UserIdOid)
        .Select(part => part.GetSingleElementValue())
        .FirstOrDefault();

    /// <summary>The refusal of a request that is wrong in itself, or what it asks for.</summary>
    internal static (ApnsReply? Refusal, ApnsPush? Push) Read(ApnsArrival arrival, DateTimeOffset now)
    {
        var topic = arrival.Header("apns-topic") ?? TopicOf(arrival.ClientCertificate);
        var refusal = OfCertificate(arrival, now) ?? OfAddress(arrival) ?? OfHeaders(arrival) ?? OfTopic(arrival, topic) ?? OfBody(arrival);
        return refusal is not null || Magic(arrival.Body) is not { } magic
            ? (refusal ?? new(400, "PayloadEmpty"), null) // Apple names no reason for a payload that is not an MDM one
            : (null, new(arrival.Path[DevicePath.Length..].ToLowerInvariant(), topic!, magic, Expiration(arrival)!.Value));
    }

    private static ApnsReply? OfCertificate(ApnsArrival arrival, DateTimeOffset now) =>
        arrival.ClientCertificate.NotAfter.ToUniversalTime() <= now.UtcDateTime ? new(403, "BadCertificate") : null;

    private static ApnsReply? OfAddress(ApnsArrival arrival)
    {
        if (!arrival.Path.StartsWith(DevicePath, StringComparison.Ordinal))
            return new(404, "BadPath");
        if (arrival.Method != "POST")
            return new(405, "MethodNotAllowed");
        var token = arrival.Path.AsSpan(DevicePath.Length);
        if (token.IsEmpty)
            return new(400, "MissingDeviceToken");
        return token.Length % 2 == 1 || token.ContainsAnyExcept(HexDigits) ? new(400, "BadDeviceToken") : null;
    }

    private static ApnsReply? OfHeaders(ApnsArrival arrival)
    {
        if (SingleHeaders.Any(arrival.IsRepeated))
            return new(400, "DuplicateHeaders");
        if (arrival.Header("apns-id") is { } id && !Guid.TryParseExact(id, "D", out _))
            return new(400, "BadMessageId");
        if (arrival.Header("apns-push-type") is not (null or "mdm"))
            return new(400, "InvalidPushType");
        if (arrival.Header("apns-priority") is not (null or "10" or "5" or "1"))
            return new(400, "BadPriority");
        return Expiration(arrival) is null ? new(400, "BadExpirationDate") : null;
    }

    private static ApnsReply? OfTopic(ApnsArrival arrival, string? topic)
    {
        if (string.IsNullOrEmpty(topic))
            return new(400, "MissingTopic");
        if (!topic.StartsWith("com.apple.mgmt.", StringComparison.Ordinal))
            return new(400, "BadTopic");
        return TopicOf(arrival.ClientCertificate) is { } own && own != topic ? new(400, "TopicDisallowed") : null;
    }

    private static ApnsReply? OfBody(ApnsArrival arrival)
    {
        if (arrival.BodyTooLarge)
            return new(413, "PayloadTooLarge");
        return arrival.Body.IsEmpty ? new(400, "PayloadEmpty") : null;
    }

    /// <summary>The time until which to keep; the epoch where the header is missing; null where it is no time.</summary>
    private static DateTimeOffset? Expiration(ApnsArrival arrival)
    {
        if (arrival.Header("apns-expiration") is not { } text)
            return DateTimeOffset.UnixEpoch;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= uint.MaxValue
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;
    }

    private static string? Magic(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("mdm", out var magic) && magic.ValueKind == JsonValueKind.String
                ? magic.GetString()
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>A valid push: token in lower-case hex.</summary>
internal sealed record ApnsPush(string Token, string Topic, string Magic, DateTimeOffset Expires);
