using System.Globalization;
using System.Text.Json;
using Mdm.Fleet.Grains.Catalog;
using Mdm.Fleet.Grains.Users;
using Mdm.Fleet.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Orleans.Runtime;
using Orleans.Storage;

namespace Mdm.Fleet.Frontend.Admin.Http;

/// <summary>Writes problem+json (RFC 9457): every error of the API has this form, with a code that programs can tell apart.</summary>
internal static class Problems
{
    private const string ContentType = "application/problem+json";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);

    /// <summary>The refusal that an exception stands for; null = none, a fault of ours.</summary>
    public static RefusalException? Of(Exception exception) => exception switch
    {
        RefusalException refusal => refusal,
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } bad => new RefusalException(bad.StatusCode, "too-large", bad.Message),
        BadHttpRequestException bad => new RefusalException(bad.StatusCode, "malformed", bad.Message),
        CatalogFullException full => RefusalException.Conflict("too-many", full.Message),
        ManagedAppleIdTakenException => RefusalException.Conflict(
            "managed-apple-id-taken", "Another person holds this Managed Apple ID: /users?managedAppleId=… finds them, for those who may see it in full."),
        StoreUnavailableException or SiloUnavailableException => Later("unavailable", "The store can't be reached. Nothing is lost; try again."),
        PasswordsBusyException => Later("busy", "Too many passwords are being stored or checked at once; try again."),
        InconsistentStateException or RecordConflictException => Later("changed", "It was changed at the same moment; try again."),
        OrleansException => Later("busy", "Too many requests wait for the same thing; try again."),
        TimeoutException => Later("slow", "It took too long. Whether it was done is unknown; read it again."),
        _ => null,
    };

    public static Task WriteAsync(HttpContext http, RefusalException refusal)
    {
        http.Response.Clear();
        http.Response.StatusCode = refusal.Status;
        http.Response.ContentType = ContentType;
        http.Response.Headers.CacheControl = "no-store";
        if (refusal.RetryAfter is { } wait)
            http.Response.Headers.RetryAfter = ((int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        if (refusal.Status == StatusCodes.Status401Unauthorized)
            http.Response.Headers.WWWAuthenticate = "Bearer";
        using (var json = new Utf8JsonWriter(http.Response.BodyWriter))
            Write(json, refusal);
        return http.Response.BodyWriter.FlushAsync(http.RequestAborted).AsTask();
    }

    private static void Write(Utf8JsonWriter json, RefusalException refusal)
    {
        json.WriteStartObject();
        json.WriteString("type", $"urn:mdm-fleet:problem:{refusal.Code}");
        json.WriteString("title", ReasonPhrases.GetReasonPhrase(refusal.Status));
        json.WriteNumber("status", refusal.Status);
        json.WriteString("detail", refusal.Message);
        json.WriteString("code", refusal.Code);
        if (refusal.Errors is { } errors)
        {
            json.WriteStartObject("errors");
            foreach (var (field, messages) in errors)
            {
                json.WriteStartArray(field);
                foreach (var message in messages)
                    json.WriteStringValue(message);
                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static RefusalException Later(string code, string detail) => new(StatusCodes.Status503ServiceUnavailable, code, detail) { RetryAfter = Soon };
}
