namespace Mdm.Fleet.Fleet.Tests.IdentityProviders;

/// <summary>One cookie as a browser keeps it.</summary>
internal sealed record KeptCookie(string Host, string Path, string Name, string Value, string SameSite, bool HttpOnly, bool Secure);

/// <summary>Cookies by host and path, with what SameSite says; those of a browser that is never closed.</summary>
internal sealed class CookieJar
{
    private readonly Dictionary<(string, string, string), KeptCookie> _kept = [];

    public IEnumerable<KeptCookie> All => _kept.Values;

    public void Put(KeptCookie cookie) => _kept[(cookie.Host, cookie.Path, cookie.Name)] = cookie;

    public string For(Uri url, bool isSameSite) => string.Join("; ", _kept.Values
        .Where(cookie => cookie.Host == url.Host && url.AbsolutePath.StartsWith(cookie.Path, StringComparison.Ordinal) && (isSameSite || cookie.SameSite != "strict"))
        .Select(cookie => $"{cookie.Name}={cookie.Value}"));

    public void Take(Uri url, HttpResponseMessage response)
    {
        foreach (var line in response.Headers.TryGetValues("Set-Cookie", out var lines) ? lines : [])
        {
            var parts = line.Split(';', StringSplitOptions.TrimEntries);
            var (name, value) = Pair(parts[0]);
            var attributes = parts.Skip(1).Select(Pair).ToDictionary(pair => pair.Name.ToLowerInvariant(), pair => pair.Value);
            var cookie = new KeptCookie(
                url.Host, attributes.GetValueOrDefault("path", "/"), name, value, attributes.GetValueOrDefault("samesite", "lax").ToLowerInvariant(), attributes.ContainsKey("httponly"), attributes.ContainsKey("secure"));
            var isGone = attributes.TryGetValue("expires", out var expires) && DateTimeOffset.Parse(expires, System.Globalization.CultureInfo.InvariantCulture) < DateTimeOffset.UnixEpoch.AddYears(1);
            _kept.Remove((cookie.Host, cookie.Path, cookie.Name));
            if (!isGone)
                Put(cookie);
        }
    }

    private static (string Name, string Value) Pair(string text) =>
        text.IndexOf('=', StringComparison.Ordinal) is >= 0 and var at ? (text[..at], text[(at + 1)..]) : (text, "");
}
