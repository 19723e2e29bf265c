using System.Security.Cryptography.X509Certificates;

namespace Mdm.Fleet.Outbound.Push;

/// <summary>Where pushes go, and the bounds of sending.</summary>
public sealed record ApnsOptions
{
    /// <summary>Apple's production service; port 2197 is served too.</summary>
    public static readonly Uri Production = new("https://api.push.apple.com");

    /// <summary>Scheme, host and port; https only.</summary>
    public Uri BaseUrl { get; init; } = Production;

    /// <summary>The only roots trusted for <see cref="BaseUrl"/>; empty = the system's. For the simulated service's own authority.</summary>
    public X509Certificate2Collection TrustedRoots { get; init; } = [];

    /// <summary>Requests on the wire at a time, over all topics.</summary>
    public int ConcurrencyMax { get; init; } = 256;

    /// <summary>Sends that may wait for their turn; one more is answered with Retry at once.</summary>
    public int WaitingMax { get; init; } = 16_384;

    /// <summary>How often one send is tried.</summary>
    public int TriesMax { get; init; } = 3;

    /// <summary>How long one try may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The longest pause before the second try; doubles with each.</summary>
    public TimeSpan Backoff { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>No pause between two tries is longer.</summary>
    public TimeSpan BackoffMax { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a connection is used before another replaces it, so that a moved address is noticed.</summary>
    public TimeSpan ConnectionLifetime { get; init; } = TimeSpan.FromHours(1);

    /// <exception cref="ArgumentException">A value makes no sense.</exception>
    internal ApnsOptions Checked()
    {
        if (!BaseUrl.IsAbsoluteUri || BaseUrl.Scheme != Uri.UriSchemeHttps || BaseUrl.PathAndQuery != "/")
            throw new ArgumentException($"The push service's address must be https://host[:port], not {BaseUrl}.");
        ArgumentOutOfRangeException.ThrowIfLessThan(ConcurrencyMax, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(WaitingMax, 0);
        ArgumentOutOfRangeException.ThrowIfLessThan(TriesMax, 1);
        return this;
    }
}
