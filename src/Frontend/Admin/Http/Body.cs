using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Mdm.Fleet.Frontend.Admin.Http;

/// <summary>Reads request bodies: bounded, JSON, and with the place of the mistake in what is answered.</summary>
internal static class Body
{
    public const int BytesMax = 1024 * 1024;

    /// <summary>For configurations with files in them.</summary>
    public const int ContentBytesMax = 8 * 1024 * 1024;

    /// <summary>How all of the API but its hottest endpoints reads JSON.</summary>
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        AllowOutOfOrderMetadataProperties = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { KnownMembersOnlyAttribute.Apply } },
    };

    /// <exception cref="RefusalException">No JSON object of this shape, or too large.</exception>
    public static Task<T> ReadAsync<T>(HttpContext http, int bytesMax = BytesMax) =>
        ReadAsync(http, (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T)), bytesMax);

    /// <exception cref="RefusalException">No JSON object of this shape, or too large.</exception>
    public static async Task<T> ReadAsync<T>(HttpContext http, JsonTypeInfo<T> shape, int bytesMax = BytesMax)
    {
        Bound(http, bytesMax);
        try
        {
            return await JsonSerializer.DeserializeAsync(http.Request.Body, shape, http.RequestAborted)
                ?? throw new RefusalException(StatusCodes.Status400BadRequest, "malformed", "The body is null; an object is expected.");
        }
        catch (Exception wrong) when (wrong is JsonException or NotSupportedException)
        {
            throw BodyFault.Of(wrong, shape);
        }
    }

    /// <summary>Like <see cref="ReadAsync{T}(HttpContext, int)"/>; a request without a body gives the default.</summary>
    public static Task<T> ReadOrAsync<T>(HttpContext http, T otherwise, int bytesMax = BytesMax) =>
        http.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == false || http.Request.ContentLength == 0
            ? Task.FromResult(otherwise)
            : ReadAsync<T>(http, bytesMax);

    /// <summary>Sets the bound before anything is read.</summary>
    /// <exception cref="RefusalException">The request says itself that it is larger.</exception>
    public static void Bound(HttpContext http, int bytesMax)
    {
        if (http.Request.ContentLength > bytesMax)
            throw new RefusalException(StatusCodes.Status413PayloadTooLarge, "too-large", $"The body has more than {bytesMax} bytes.");
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = bytesMax;
    }
}
