using Mdm.Fleet.LoadSim.Reports;

namespace Mdm.Fleet.LoadSim.Devices;

/// <summary>How a simulated iPad behaves.</summary>
public sealed record DeviceOptions
{
    /// <summary>How it proves who it is. A profile with <c>SignMessage</c> adds the signature whatever stands here.</summary>
    public IdentityProof Proof { get; init; } = IdentityProof.TlsCertificate;

    /// <summary>The shortest and longest time to install an app; the device draws one in between.</summary>
    public (TimeSpan Shortest, TimeSpan Longest) AppInstall { get; init; } = (TimeSpan.FromMilliseconds(150), TimeSpan.FromMilliseconds(600));

    /// <summary>The same for a profile.</summary>
    public (TimeSpan Shortest, TimeSpan Longest) ProfileInstall { get; init; } = (TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(40));

    /// <summary>Connect at least this often without being pushed; null for never, as real devices do.</summary>
    public TimeSpan? Poll { get; init; }

    /// <summary>The longest wait between two attempts of one message.</summary>
    public TimeSpan RetryLongest { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>Where its pushes come from; null when nobody pushes.</summary>
    public PushSource? Push { get; init; }

    /// <summary>Where each request to the server is noted; null = nowhere.</summary>
    public RequestTimeline? Timeline { get; init; }
}

/// <summary>The push service as a device knows it.</summary>
/// <param name="Register">Tells the service a token (hex) and the topic that it is for.</param>
/// <param name="Receive">The magics pushed to a token while the device is reachable; the last one before that comes first.</param>
public sealed record PushSource(Action<string, string> Register, Func<string, CancellationToken, IAsyncEnumerable<string>> Receive);

/// <summary>How a device proves who it is.</summary>
public enum IdentityProof
{
    /// <summary>The identity is the TLS client certificate.</summary>
    TlsCertificate,

    /// <summary>A signature over each body in the header <c>Mdm-Signature</c>.</summary>
    MdmSignature,

    /// <summary>As a proxy forwards it: <c>X-Client-Cert: :base64:</c> (RFC 9440).</summary>
    Header,
}
