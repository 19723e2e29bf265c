using System.Net;
using System.Text.Json;

namespace Mdm.Fleet.Outbound.Oidc;

/// <summary>A provider did not do what it must; the message is for admins and holds no secret.</summary>
internal sealed class OidcFaultException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Requests to providers: bounded in size and time, no redirects, no cookies.</summary>
internal sealed class OidcHttp : IDisposable
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;

    public OidcHttp(OidcOptions options, TimeProvider time)
    {
        _time = time;
        _timeout = options.Timeout;
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null, // our traces are no business of others
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = options.Timeout,
            MaxResponseHeadersLength = 32, // KiB
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        })
        {
            MaxResponseContentBufferSize = options.AnswerBytesMax,
            Timeout = Timeout.InfiniteTimeSpan, // each request has its own, below
        };
        _http.DefaultRequestHeaders.Add("Accept", "application/json");
    }

    /// <summary>JSON text under the rules of all that a provider sends: no duplicate names, bounded depth.</summary>
    /// <exception cref="JsonException">No such JSON.</exception>
    public static JsonElement Parse(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json, Strict);
        return document.RootElement.Clone();
    }

    public Task<JsonElement> GetAsync(Uri url, CancellationToken cancellationToken) => SendAsync(new HttpRequestMessage(HttpMethod.Get, url), cancellationToken);

    /// <summary>The object that a provider answers.</summary>
    /// <exception cref="OidcFaultException">No answer, another status than 200, or no JSON object.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task<JsonElement> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_timeout, _time);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var where = request.RequestUri!.GetLeftPart(UriPartial.Path);
        try
        {
            using (request)
            {
                using var response = await _http.SendAsync(request, patience.Token);
                var body = await response.Content.ReadAsByteArrayAsync(patience.Token);
                if (response.StatusCode != HttpStatusCode.OK)
                    throw new OidcFaultException($"{where} answers {(int)response.StatusCode}{ErrorOf(body)}.");
                var json = Parse(body);
                return json.ValueKind == JsonValueKind.Object ? json : throw new OidcFaultException($"{where} answers no JSON object.");
            }
        }
        catch (JsonException wrong)
        {
            throw new OidcFaultException($"{where} answers no JSON.", wrong);
        }
        catch (HttpRequestException wrong)
        {
            throw new OidcFaultException($"{where} can't be reached or answers too much: {wrong.HttpRequestError}.", wrong);
        }
        catch (OperationCanceledException slow) when (!cancellationToken.IsCancellationRequested)
        {
            throw new OidcFaultException($"{where} does not answer within {_timeout.TotalSeconds:0} s.", slow);
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>RFC 6749's error code, where there is one.</summary>
    private static string ErrorOf(ReadOnlyMemory<byte> body)
    {
        try
        {
            var json = Parse(body);
            return json.ValueKind == JsonValueKind.Object && json.TextOf("error") is { Length: > 0 and <= 64 } error && error.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-')
                ? $" ({error})"
                : "";
        }
        catch (JsonException)
        {
            return "";
        }
    }
}
