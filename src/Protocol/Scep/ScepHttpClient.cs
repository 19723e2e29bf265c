using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using Mdm.Fleet.Protocol.Cms;

namespace Mdm.Fleet.Protocol.Scep;

/// <summary>SCEP over HTTP as a device speaks it. <paramref name="http"/> is the caller's, with its time limits.</summary>
public sealed class ScepHttpClient(HttpClient http, Uri address)
{
    /// <summary>GetCACaps.</summary>
    public async Task<ScepCapabilities> GetCapabilitiesAsync(CancellationToken cancel = default) =>
        ScepCapabilities.Parse(await http.GetStringAsync(Operation("GetCACaps"), cancel));

    /// <summary>GetCACert: the first certificate that may be enveloped to, from one certificate or a bundle.</summary>
    public async Task<X509Certificate2> GetCaCertificateAsync(CancellationToken cancel = default)
    {
        using var response = await http.GetAsync(Operation("GetCACert"), cancel);
        response.EnsureSuccessStatusCode();
        var body = await response.Content.ReadAsByteArrayAsync(cancel);
        return ReadCaCertificate(body, response.Content.Headers.ContentType?.MediaType);
    }

    /// <summary>Sends a request by POST where the server can, else by GET, and reads the answer.</summary>
    /// <exception cref="ScepException">The answer is none to this request.</exception>
    /// <exception cref="HttpRequestException">No answer, or a status other than 2xx.</exception>
    public async Task<ScepAnswer> SendAsync(ScepTransaction transaction, ScepCapabilities capabilities, CancellationToken cancel = default)
    {
        using var response = capabilities.Post
            ? await http.PostAsync(Operation("PKIOperation"), Content(transaction.Message), cancel)
            : await http.GetAsync(Operation("PKIOperation", Convert.ToBase64String(transaction.Message)), cancel);
        response.EnsureSuccessStatusCode();
        return transaction.Read(await response.Content.ReadAsByteArrayAsync(cancel));
    }

    private static X509Certificate2 ReadCaCertificate(byte[] body, string? mediaType)
    {
        try
        {
            return mediaType == "application/x-x509-ca-ra-cert"
                ? CertificatesOnly.Read(body).First(CanEncipher)
                : X509CertificateLoader.LoadCertificate(body);
        }
        catch (Exception e) when (BadInput.IsCause(e))
        {
            throw new ScepException(ScepFault.Malformed, "The authority's certificate is malformed.", null, e);
        }
    }

    private static bool CanEncipher(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509KeyUsageExtension>().All(e => e.KeyUsages.HasFlag(X509KeyUsageFlags.KeyEncipherment));

    private static ByteArrayContent Content(byte[] message) =>
        new(message) { Headers = { ContentType = new MediaTypeHeaderValue(ScepResponder.MessageContentType) } };

    private Uri Operation(string name, string? message = null)
    {
        var builder = new UriBuilder(address);
        var before = builder.Query.TrimStart('?');
        var query = "operation=" + name + (message is null ? "" : "&message=" + Uri.EscapeDataString(message));
        builder.Query = before.Length == 0 ? query : before + "&" + query;
        return builder.Uri;
    }
}
