using System.Net;
using Microsoft.AspNetCore.Http;

namespace Mdm.Fleet.Frontend.Web;

/// <summary>The proxies in front of this server whose word counts.</summary>
public sealed class TrustedProxies(FrontendOptions options)
{
    private readonly IPNetwork[] _networks = [.. options.TrustedProxies];

    /// <summary>An IPv4 address counts in its IPv6 form too.</summary>
    public bool Contains(IPAddress? address)
    {
        if (address is null || _networks.Length == 0)
            return false;
        var plain = Plain(address);
        foreach (var network in _networks)
        {
            if (network.Contains(plain))
                return true;
        }

        return false;
    }

    /// <summary>Where a request comes from: what a trusted proxy says last, else the connection's other end.</summary>
    public IPAddress ClientOf(HttpContext context)
    {
        var remote = context.Connection.RemoteIpAddress ?? IPAddress.None;
        return Contains(remote) && context.Request.Headers["X-Forwarded-For"].ToString() is { Length: > 0 } forwarded
            && IPAddress.TryParse(forwarded[(forwarded.LastIndexOf(',') + 1)..].Trim(), out var client) ? client : remote;
    }

    /// <summary>
    /// Whether the client speaks TLS: to us, or to a trusted proxy of a server whose public address is https. Cookies are for TLS alone
    /// then.
    /// </summary>
    public bool IsSecure(HttpContext context) =>
        context.Request.IsHttps || (options.PublicUrl?.Scheme == Uri.UriSchemeHttps && Contains(context.Connection.RemoteIpAddress));

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
