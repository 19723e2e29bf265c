using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Mdm.Fleet.Domain.Push;

namespace Mdm.Fleet.Outbound.Push;

/// <summary>An MDM push as bytes: apple/protocol-notes.md, section 4.</summary>
internal static class ApnsRequest
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    public static HttpRequestMessage Of(Uri baseUrl, PushRequest push)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(baseUrl, "/3/device/" + Convert.ToHexStringLower(push.Token.Span)))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(Body(push.PushMagic)) { Headers = { ContentType = Json } },
        };
        request.Headers.Add("apns-topic", push.Topic);
        request.Headers.Add("apns-push-type", "mdm");
        request.Headers.Add("apns-priority", "10");
        request.Headers.Add("apns-expiration", Math.Max(0, push.Expires.ToUnixTimeSeconds()).ToString(CultureInfo.InvariantCulture));
        return request;
    }

    // The answer is no page, so only what JSON itself demands is escaped.
    private static byte[] Body(string magic)
    {
        var body = new ArrayBufferWriter<byte>(64);
        using (var json = new Utf8JsonWriter(body, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("mdm", magic);
            json.WriteEndObject();
        }
        return body.WrittenSpan.ToArray();
    }
}
