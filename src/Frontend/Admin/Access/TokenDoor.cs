using System.Net;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Frontend.Web;
using Microsoft.AspNetCore.Http;

namespace Mdm.Fleet.Frontend.Admin.Access;

/// <summary>Checks tokens and counts wrong ones by address. One that is right is let in wherever it comes from.</summary>
public sealed class TokenDoor(ApiTokens tokens, TrustedProxies proxies, TimeProvider time)
{
    private const int FailuresMax = 20;

    private readonly FailureLimit<IPAddress> _failures = new(time, FailuresMax);

    /// <exception cref="RefusalException">Unknown, or too many unknown ones from this address.</exception>
    public async ValueTask<Admin> AdmitAsync(HttpContext http, string token)
    {
        var key = token.Length is > 0 and <= ApiTokens.LengthMax ? ApiTokens.KeyOf(token) : "";
        if (key.Length > 0 && await tokens.FindAsync(key) is { } found)
            return found;
        if (!_failures.Failed(proxies.ClientOf(http)))
            throw new RefusalException(StatusCodes.Status401Unauthorized, "token", "The token is not known here.");
        throw new RefusalException(StatusCodes.Status429TooManyRequests, "too-many-failures", "Too many wrong tokens from this address; try again in a minute.")
        {
            RetryAfter = FailureLimit<IPAddress>.Window,
        };
    }
}
