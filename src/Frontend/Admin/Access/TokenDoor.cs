using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Frontend.Web;
using Microsoft.AspNetCore.Http;

namespace Mdm.Fleet.Frontend.Admin.Access;

/// <summary>Checks tokens and counts wrong ones by address. One that was right a moment ago is let in wherever it comes from.</summary>
public sealed class TokenDoor(ApiTokens tokens, FrontendOptions options, TimeProvider time)
{
    private const int FailuresMax = 20;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly TrustedProxies _proxies = new(options.TrustedProxies);
    private readonly FailureLimit _failures = new(time, FailuresMax);

    /// <exception cref="RefusalException">Unknown, or too many unknown ones from this address.</exception>
    public async ValueTask<Admin> AdmitAsync(HttpContext http, string token)
    {
        var key = token.Length is > 0 and <= ApiTokens.LengthMax ? ApiTokens.KeyOf(token) : "";
        if (tokens.Lately(key) is { } known)
            return known;
        var address = _proxies.ClientOf(http);
        if (_failures.Refuses(address))
        {
            throw new RefusalException(StatusCodes.Status429TooManyRequests, "too-many-failures", "Too many wrong tokens from this address; try again in a minute.")
            {
                RetryAfter = Window,
            };
        }

        if (key.Length > 0 && await tokens.FindAsync(key) is { } found)
            return found;
        _failures.Failed(address);
        throw new RefusalException(StatusCodes.Status401Unauthorized, "token", "The token is not known here.");
    }
}
