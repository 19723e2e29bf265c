using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace Mdm.Fleet.LoadSim.Apns;

/// <summary>A request as it arrived at the simulated push service, for rules and scripts to look at.</summary>
public sealed class ApnsArrival
{
    private readonly HttpContext _http;

    internal ApnsArrival(HttpContext http, ReadOnlyMemory<byte> body, bool bodyTooLarge)
    {
        _http = http;
        Body = body;
        BodyTooLarge = bodyTooLarge;
    }

    public string Method => _http.Request.Method;

    public string Path => _http.Request.Path.Value ?? "";

    /// <summary>"HTTP/2" from a correct client.</summary>
    public string Protocol => _http.Request.Protocol;

    /// <summary>The body, cut off at <see cref="ApnsRules.PayloadBytesMax"/>.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    public bool BodyTooLarge { get; }

    /// <summary>What the client showed in the TLS handshake.</summary>
    public X509Certificate2 ClientCertificate => _http.Connection.ClientCertificate!;

    /// <summary>Tells connections apart.</summary>
    public string ConnectionId => _http.Features.Get<IConnectionIdFeature>()?.ConnectionId ?? _http.Connection.Id;

    /// <summary>The header's value, several joined by a comma; null where it is missing.</summary>
    public string? Header(string name) => _http.Request.Headers.TryGetValue(name, out var values) ? values.ToString() : null;

    /// <summary>The header came more than once, in lines of its own or joined by a comma, which HTTP holds for the same.</summary>
    public bool IsRepeated(string name) => Header(name)?.Contains(',') == true;

    /// <summary>Closes the connection in good order after its open requests, this one too.</summary>
    public void GoAway() => _http.Features.Get<IConnectionLifetimeNotificationFeature>()!.RequestClose();

    /// <summary>Breaks the connection at once, under every request on it.</summary>
    public void Abort() => _http.Features.Get<IConnectionLifetimeFeature>()!.Abort();
}
