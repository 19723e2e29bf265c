using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Mdm.Fleet.LoadSim.Apns;

/// <summary>An answer of the push service.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Reason">Apple's word in the body; null = no body.</param>
/// <param name="Since">Since when the token is inactive, in 410 answers.</param>
/// <param name="RetryAfterSeconds">The Retry-After header.</param>
public sealed record ApnsReply(int Status, string? Reason = null, DateTimeOffset? Since = null, int? RetryAfterSeconds = null)
{
    /// <summary>Queued.</summary>
    public static readonly ApnsReply Ok = new(StatusCodes.Status200OK);

    internal async Task WriteAsync(HttpResponse response)
    {
        response.StatusCode = Status;
        if (RetryAfterSeconds is { } seconds)
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        if (Reason is null)
            return;
        response.ContentType = "application/json";
        await response.Body.WriteAsync(Body());
    }

    private byte[] Body() => Since is { } since
        ? JsonSerializer.SerializeToUtf8Bytes(new { reason = Reason, timestamp = since.ToUnixTimeMilliseconds() })
        : JsonSerializer.SerializeToUtf8Bytes(new { reason = Reason });
}
