using System.Buffers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Mdm.Fleet.Protocol.Connect;
using Mdm.Fleet.Protocol.Plist;

namespace Mdm.Fleet.Frontend.Devices;

/// <summary>
/// What a device answered to an inventory query, as one JSON object of at most 192 KB: values by Apple's names, lists of ours by camel
/// case. What does not fit is left out, and "truncated" says so.
/// </summary>
internal static class InventoryJson
{
    // The record holds one answer a query, as JSON text in JSON: however much is escaped, all of them fit.
    private const int BytesMax = 192 * 1024;
    // Brackets of all levels, and what says that something was cut.
    private const int RoomForTheEnd = 4 * 1024;
    private const int TextCharsMax = 1024;
    private const int KeyCharsMax = 256;

    // A character becomes at most six bytes (\u0000).
    private const int ItemBytesMax = 6 * (3 * TextCharsMax + KeyCharsMax);

    /// <summary>Values by Apple's query names; empty when there are none.</summary>
    public static ReadOnlyMemory<byte> Of(PlistValue.Dict? values) => values is null
        ? default
        : Write(json => Bounded(json, values.Entries, entry =>
        {
            json.WritePropertyName(Cut(entry.Key, KeyCharsMax));
            Value(json, entry.Value);
        }));

    public static ReadOnlyMemory<byte> Of(CertificateListResult? result) => result is null
        ? default
        : List("certificates", result.Certificates, Certificate);

    public static ReadOnlyMemory<byte> Of(InstalledApplicationListResult? result) => result is null
        ? default
        : List("applications", result.Applications, Application);

    private static ReadOnlyMemory<byte> List<T>(string name, IReadOnlyList<T> items, Action<Utf8JsonWriter, T> write) => Write(json =>
    {
        json.WriteNumber("count", items.Count);
        json.WriteStartArray(name);
        var written = Take(json, items, item => write(json, item));
        json.WriteEndArray();
        if (written < items.Count)
            json.WriteBoolean("truncated", true);
    });

    private static ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static void Bounded(Utf8JsonWriter json, IReadOnlyList<KeyValuePair<string, PlistValue>> entries, Action<KeyValuePair<string, PlistValue>> write)
    {
        if (Take(json, entries, write) < entries.Count)
            json.WriteBoolean("truncated", true);
    }

    /// <summary>Writes items while there is room; one item is small, as texts and data are cut.</summary>
    private static int Take<T>(Utf8JsonWriter json, IReadOnlyList<T> items, Action<T> write)
    {
        var count = 0;
        while (count < items.Count && json.BytesCommitted + json.BytesPending < BytesMax - RoomForTheEnd - ItemBytesMax)
            write(items[count++]);
        return count;
    }

    private static void Certificate(Utf8JsonWriter json, InstalledCertificate certificate)
    {
        json.WriteStartObject();
        json.WriteString("commonName", Cut(certificate.CommonName));
        json.WriteBoolean("isIdentity", certificate.IsIdentity);
        json.WriteString("sha256", Convert.ToHexStringLower(SHA256.HashData(certificate.Data.Span)));
        if (NotAfter(certificate.Data) is { } notAfter)
            json.WriteString("notAfter", notAfter);
        json.WriteEndObject();
    }

    /// <summary>Null when the data is no certificate: the device says what it likes.</summary>
    private static DateTimeOffset? NotAfter(ReadOnlyMemory<byte> data)
    {
        const int CertificateBytesMax = 64 * 1024;
        if (data.Length > CertificateBytesMax)
            return null;
        try
        {
            using var certificate = X509CertificateLoader.LoadCertificate(data.Span);
            return certificate.NotAfter.ToUniversalTime();
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static void Application(Utf8JsonWriter json, InstalledApplication app)
    {
        json.WriteStartObject();
        json.WriteString("identifier", Cut(app.Identifier));
        if (app.Name is { } name)
            json.WriteString("name", Cut(name));
        if ((app.ShortVersion ?? app.Version) is { } version)
            json.WriteString("version", Cut(version));
        if (app.BundleSize is { } size)
            json.WriteNumber("bundleSize", size);
        json.WriteEndObject();
    }

    private static void Value(Utf8JsonWriter json, PlistValue value)
    {
        switch (value)
        {
            case PlistValue.String text:
                json.WriteStringValue(Cut(text.Value));
                break;
            case PlistValue.Integer number:
                json.WriteRawValue(number.Value.ToString(System.Globalization.CultureInfo.InvariantCulture));
                break;
            case PlistValue.Real { Value: var real } when double.IsFinite(real):
                json.WriteNumberValue(real);
                break;
            case PlistValue.Bool flag:
                json.WriteBooleanValue(flag.Value);
                break;
            case PlistValue.Date date:
                json.WriteStringValue(date.Value);
                break;
            case PlistValue.Data { Value.Length: <= TextCharsMax } data:
                json.WriteBase64StringValue(data.Value.Span);
                break;
            case PlistValue.Array array:
                json.WriteStartArray();
                Take(json, array.Items, item => Value(json, item));
                json.WriteEndArray();
                break;
            case PlistValue.Dict dict:
                json.WriteStartObject();
                Bounded(json, dict.Entries, entry =>
                {
                    json.WritePropertyName(Cut(entry.Key, KeyCharsMax));
                    Value(json, entry.Value);
                });
                json.WriteEndObject();
                break;
            default:
                json.WriteNullValue();
                break;
        }
    }

    /// <summary>The beginning of a text; a character of two halves is never cut between them.</summary>
    private static string Cut(string text, int charsMax = TextCharsMax) =>
        text.Length <= charsMax ? text : text[..(char.IsHighSurrogate(text[charsMax - 1]) ? charsMax - 1 : charsMax)];
}
