using System.Net;

namespace Mdm.Fleet.Frontend;

/// <summary>What the web side needs to know of the installation.</summary>
public sealed record FrontendOptions
{
    /// <summary>
    /// The https address under which devices and people reach this server, without a slash at the end; null = not given, and nobody can
    /// enrol. It goes into every enrolment and cannot be changed later.
    /// </summary>
    public Uri? PublicUrl { get; init; }

    /// <summary>The header in which a trusted proxy forwards the client certificate; null = none.</summary>
    public string? ClientCertificateHeader { get; init; }

    /// <summary>The networks whose <see cref="ClientCertificateHeader"/> and X-Forwarded-For are believed.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>PEM text of authorities whose client certificates identify devices besides our own.</summary>
    public IReadOnlyList<string> DeviceAuthorities { get; init; } = [];

    /// <summary>Stands in for the push certificate's topic while there is none; for development and demonstrations.</summary>
    public string? DevelopmentTopic { get; init; }

    /// <summary>HTTPS is served with a given certificate, which devices trust already: enrolment profiles bring no root.</summary>
    public bool HasOwnCertificate { get; init; }

    /// <summary>Where copies of the store are put; null = none are made.</summary>
    public string? CopiesFolder { get; init; }

    /// <summary>The share of requests that are traced, 0 to 1, beside those that a trusted proxy traces; null = none at all.</summary>
    public double? TraceRatio { get; init; }

    /// <summary>The organization that enrolment profiles show.</summary>
    public string Organization { get; init; } = "Mdm.Fleet";

    /// <summary>An absolute address under <see cref="PublicUrl"/>.</summary>
    /// <exception cref="InvalidOperationException">No public address is set.</exception>
    public string Address(string path) =>
        (PublicUrl ?? throw new InvalidOperationException("No public address is set.")).GetLeftPart(UriPartial.Authority) + path;
}
