using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Mdm.Fleet.Domain.Push;

namespace Mdm.Fleet.Outbound.Push;

/// <summary>What one try came to, and whether another may help at once.</summary>
internal readonly record struct ApnsTry(PushResult Result, Again Again = Again.No);

internal enum Again
{
    No,
    SameConnection,
    NewConnection,
}

/// <summary>An answer of the push service, and what it means: the table of apple/protocol-notes.md, section 4.</summary>
internal sealed partial record ApnsAnswer(HttpStatusCode Status, string Reason, DateTimeOffset? Since, TimeSpan? RetryAfter, string ApnsId)
{
    private const int BodyBytesMax = 4096;

    public ApnsTry Outcome => Status switch
    {
        HttpStatusCode.OK => new(new PushResult.Accepted(ApnsId)),
        HttpStatusCode.BadRequest => BadRequest,
        HttpStatusCode.Forbidden => IsOfTokenAuthentication ? new(new PushResult.Bug(Reason)) : new(new PushResult.TopicRefused(Reason)),
        HttpStatusCode.Gone => new(new PushResult.TokenInvalid(Reason, Since)),
        HttpStatusCode.TooManyRequests => IsOfTokenAuthentication ? new(new PushResult.Bug(Reason)) : new(new PushResult.Throttled(RetryAfter)),
        >= HttpStatusCode.InternalServerError => new(new PushResult.Retry(Reason), Reason == "Shutdown" ? Again.NewConnection : Again.SameConnection),
        _ => new(new PushResult.Bug(Reason)),
    };

    private ApnsTry BadRequest => Reason switch
    {
        "BadDeviceToken" or "DeviceTokenNotForTopic" => new(new PushResult.TokenInvalid(Reason)),
        "IdleTimeout" => new(new PushResult.Retry(Reason), Again.NewConnection),
        _ => new(new PushResult.Bug(Reason)),
    };

    // ExpiredProviderToken, InvalidProviderToken, MissingProviderToken, TooManyProviderTokenUpdates: MDM has no token authentication.
    private bool IsOfTokenAuthentication => Reason.Contains("ProviderToken", StringComparison.Ordinal);

    /// <exception cref="IOException">The connection broke within the body.</exception>
    public static async Task<ApnsAnswer> ReadAsync(HttpResponseMessage response, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (reason, since) = response.StatusCode == HttpStatusCode.OK
            ? (null, null)
            : Parse(await ReadBodyAsync(response.Content, cancellationToken));
        return new(
            response.StatusCode,
            reason ?? $"Status{(int)response.StatusCode}",
            since,
            RetryAfterOf(response, now),
            response.Headers.TryGetValues("apns-id", out var ids) ? ids.First() : "");
    }

    private static TimeSpan? RetryAfterOf(HttpResponseMessage response, DateTimeOffset now)
    {
        var header = response.Headers.RetryAfter;
        var wait = header?.Delta ?? header?.Date - now;
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    private static async Task<ReadOnlyMemory<byte>> ReadBodyAsync(HttpContent content, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        var body = new byte[BodyBytesMax];
        var length = await stream.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancellationToken);
        return body.AsMemory(0, length);
    }

    private static (string? Reason, DateTimeOffset? Since) Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 4 });
            return json.RootElement.ValueKind == JsonValueKind.Object ? (ReasonOf(json.RootElement), SinceOf(json.RootElement)) : (null, null);
        }
        catch (JsonException)
        {
            return (null, null); // a proxy's page, not the push service's answer: the status alone decides
        }
    }

    // The reason reaches pages and logs, so only what looks like one of Apple's words is let through.
    private static string? ReasonOf(JsonElement answer) =>
        answer.TryGetProperty("reason", out var reason) && reason.ValueKind == JsonValueKind.String && Word().IsMatch(reason.GetString()!)
            ? reason.GetString()
            : null;

    private static DateTimeOffset? SinceOf(JsonElement answer) =>
        answer.TryGetProperty("timestamp", out var since) && since.ValueKind == JsonValueKind.Number && since.TryGetInt64(out var milliseconds)
            && milliseconds is >= 0 and <= 253_402_300_799_999 // the last millisecond of the year 9999
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
            : null;

    [GeneratedRegex(@"\A[A-Za-z0-9]{1,64}\z")]
    private static partial Regex Word();
}
