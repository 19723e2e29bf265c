using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Mdm.Fleet.Cluster;
using Mdm.Fleet.Frontend;
using Mdm.Fleet.Outbound.Mail;
using Mdm.Fleet.Outbound.Push;
using Mdm.Fleet.Protocol.Certificates;
using Mdm.Fleet.Silo.Hosts;
using Mdm.Fleet.Silo.Observability;
using Mdm.Fleet.Storage;
using Mdm.Fleet.Storage.Secrets;

namespace Mdm.Fleet.Silo.Start;

/// <summary>
/// The command line. What it does not say is looked up as <c>Mdm:Name</c> in the configuration: the environment variable
/// <c>Mdm__PublicUrl</c> stands for <c>--public-url</c>.
/// </summary>
internal sealed class FleetSettings
{
    private const int HttpsPort = 8443;
    private const int SiloPort = 11111;
    private const int GatewayPort = 30000;

    private readonly Option<string?> _data = Text("--data", "DIR", "Folder of the master key and of a SQLite store (default ./data)");
    private readonly Option<string?> _store = Text("--store", "STORE", "sqlite (default), sqlite:DIR, or postgres:CONNECTION (a connection string or URI)");
    private readonly Option<string?> _publicUrl = Text("--public-url", "URL", "https address under which devices reach this server; it goes into every enrolment and can't be changed later");
    private readonly Option<string?> _https = Text("--https", "ADDRESS:PORT", "Where HTTPS is served (default 127.0.0.1:8443); off = not at all");
    private readonly Option<string?> _http = Text("--http", "ADDRESS:PORT", "Serve plain HTTP too, for a proxy in front");
    private readonly Option<string?> _tlsCertificate = Text("--tls-cert", "FILE", "Certificate for HTTPS with its chain, PEM (default: one by an authority made at first start)");
    private readonly Option<string?> _tlsKey = Text("--tls-key", "FILE", "Its private key, PEM");
    private readonly Option<string[]> _deviceCa = Many("--device-ca", "FILE", "Authority whose client certificates identify devices, PEM; may be repeated");
    private readonly Option<string?> _header = Text("--client-certificate-header", "NAME", "Header in which a trusted proxy forwards the client certificate (RFC 9440 or url-escaped PEM)");
    private readonly Option<string[]> _proxies = Many("--trusted-proxy", "IP", "Address of a proxy that is believed, or a network of such (10.1.2.0/24); may be repeated");
    private readonly Option<string?> _apnsUrl = Text("--apns-url", "URL", "Push service (default Apple's)");
    private readonly Option<string?> _apnsCa = Text("--apns-ca", "FILE", "The only authority trusted for the push service, PEM");
    private readonly Option<string?> _smtpCa = Text("--smtp-ca", "FILE", "The only authority trusted for the mail server, PEM");
    private readonly Option<string?> _topic = Text("--dev-topic", "TOPIC", "Stands in for the push certificate's topic while there is none; for development");
    private readonly Option<string?> _organization = Text("--organization", "NAME", "Shown in enrolment profiles");
    private readonly Option<string?> _retention = Text("--retention-days", "DAYS", "Events of older days are dropped (default 90)");
    private readonly Option<string?> _tokenFile = Text("--owner-token-file", "FILE", "Write the owner token there at first start instead of showing it");
    private readonly Option<string?> _role = Text("--role", "ROLE", "all (default), silo (grains alone) or frontend (a client of silos); Orleans");
    private readonly Option<string?> _clusterId = Text("--cluster-id", "ID", "Names the cluster on its database (default fleet); Orleans");
    private readonly Option<string?> _siloPort = Text("--silo-port", "PORT", "Where other silos reach this one (default 11111; 0 = a free one); Orleans");
    private readonly Option<string?> _gatewayPort = Text("--gateway-port", "PORT", "Where frontends reach this silo (default 30000; 0 = a free one); Orleans");
    private readonly Option<string?> _advertise = Text("--advertise", "ADDRESS", "This silo's address for the others (default 127.0.0.1, or the pod's); Orleans");
    private readonly Option<string?> _clustering = Text("--clustering", "KIND", "adonet (default) or kubernetes (the same in pods, which are watched: who loses its pod is out at once); Orleans");
    private readonly Option<string?> _streams = Text("--streams", "KIND", "What carries hints: memory (default) or adonet; Orleans");
    private readonly Option<string?> _grainStorage = Text("--grain-storage", "KIND", "group-commit (default) or adonet; Orleans");

    private readonly Option<string?> _metrics = Text("--metrics", "ADDRESS:PORT", "Serve /metrics and health there in plain HTTP, apart from all else");
    private readonly Option<string?> _otlp = Text("--otlp", "URL", "Send metrics and traces to this OpenTelemetry collector (OTLP by HTTP)");
    private readonly Option<string?> _traceRatio = Text("--trace-ratio", "SHARE", "Share of requests that are traced, 0 to 1 (default 0.01)");
    private readonly Option<string?> _logFormat = Text("--log-format", "FORMAT", "text (default) or json, one object a line");
    private readonly Option<string?> _drain = Text("--drain-seconds", "SECONDS", "How long to go on serving after saying not ready, when asked to stop (default 0)");

    private readonly IConfiguration _configuration;
    private ParseResult? _parsed;

    public FleetSettings(IConfiguration configuration)
    {
        _configuration = configuration;
        Command = new RootCommand("Mdm.Fleet: Apple device management for shared iPads.")
        {
            _data, _store, _publicUrl, _https, _http, _tlsCertificate, _tlsKey, _deviceCa, _header, _proxies, _apnsUrl, _apnsCa, _smtpCa, _topic,
            _organization, _retention, _tokenFile, _metrics, _otlp, _traceRatio, _logFormat, _drain,
            _role, _clusterId, _siloPort, _gatewayPort, _advertise, _clustering, _streams, _grainStorage,
        };
    }

    public RootCommand Command { get; }

    /// <exception cref="SettingException">A value makes no sense; one line says which.</exception>
    /// <exception cref="StoreRefusedException">The store is neither of the two.</exception>
    public FleetOptions Read(ParseResult parsed)
    {
        _parsed = parsed;
        var data = Path.GetFullPath(Value(_data) ?? "data");
        var certificate = Certificate();
        var cluster = Cluster();
        return new FleetOptions
        {
            Cluster = cluster,
            DataDirectory = data,
            Store = StoreOptions.Parse(Value(_store) switch
            {
                null or "sqlite" => $"sqlite:{data}",
                var text => text,
            }),
            MasterKey = Environment.GetEnvironmentVariable("MDM_MASTER_KEY") is { Length: > 0 } key ? MasterKey.Parse(key) : null,
            Frontend = Frontend(certificate is not null),
            Https = Value(_https) switch
            {
                null when cluster.Role != ServerRole.Silo => new IPEndPoint(IPAddress.Loopback, HttpsPort),
                null or "off" => null,
                var text => EndPoint(_https, text),
            },
            Http = Value(_http) is { } http ? EndPoint(_http, http) : null,
            Certificate = certificate,
            Apns = Apns(),
            Smtp = new SmtpOptions { TrustedRoots = Roots(_smtpCa) },
            Observability = Observability(),
            RetentionDays = Value(_retention) is { } days ? Days(days) : 90,
            OwnerTokenFile = Value(_tokenFile),
        };
    }

    /// <summary>An embedded host is its whole cluster: it takes none of these.</summary>
    private ClusterSettings Cluster()
    {
        Option<string?>[] all = [_role, _clusterId, _siloPort, _gatewayPort, _advertise, _clustering, _streams, _grainStorage];
        if (!GrainHost.IsCluster && all.FirstOrDefault(option => Value(option) is not null) is { } given)
            throw new SettingException($"{given.Name} is for a cluster: this build runs all grains in this process (build with -p:GrainHost=Orleans).");
        var role = OneOf(_role, ("all", ServerRole.All), ("silo", ServerRole.Silo), ("frontend", ServerRole.Frontend));
        var clustering = OneOf(_clustering, ("adonet", Clustering.AdoNet), ("kubernetes", Clustering.Kubernetes));
        return new ClusterSettings
        {
            Role = role,
            ClusterId = Value(_clusterId) ?? "fleet",
            SiloPort = Value(_siloPort) is { } silo ? Port(_siloPort, silo) : SiloPort,
            GatewayPort = Value(_gatewayPort) is { } gateway ? Port(_gatewayPort, gateway) : GatewayPort,
            Advertise = Value(_advertise) is not { } address ? null : IPAddress.TryParse(address, out var ip) ? ip : throw Bad(_advertise, "an IP address"),
            Clustering = clustering,
            Pod = clustering == Clustering.Kubernetes && role != ServerRole.Frontend ? PodVariables.Read(_configuration) : null,
            Streams = OneOf(_streams, ("memory", HintStreams.Memory), ("adonet", HintStreams.AdoNet)),
            States = OneOf(_grainStorage, ("group-commit", GrainStates.GroupCommit), ("adonet", GrainStates.AdoNet)),
        };
    }

    /// <summary>The first is what an option means that is not given.</summary>
    private T OneOf<T>(Option<string?> option, params ReadOnlySpan<(string Name, T Value)> choices)
    {
        var name = Value(option) ?? choices[0].Name;
        foreach (var choice in choices)
            if (choice.Name == name)
                return choice.Value;
        throw Bad(option, string.Join(" or ", choices.ToArray().Select(choice => choice.Name)));
    }

    private static int Port(Option option, string text) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : throw Bad(option, "a port");

    private FrontendOptions Frontend(bool hasOwnCertificate) => new()
    {
        PublicUrl = Value(_publicUrl) is { } url ? HttpsUrl(_publicUrl, url) : null,
        ClientCertificateHeader = Value(_header),
        TrustedProxies = [.. Values(_proxies).Select(Network)],
        DeviceAuthorities = [.. Values(_deviceCa).Select(file => Authorities(_deviceCa, file))],
        DevelopmentTopic = Value(_topic) is not { } topic || topic.StartsWith("com.apple.mgmt.", StringComparison.Ordinal)
            ? Value(_topic)
            : throw Bad(_topic, "a topic that starts with com.apple.mgmt."),
        HasOwnCertificate = hasOwnCertificate,
        Organization = Value(_organization) ?? "Mdm.Fleet",
    };

    private ApnsOptions Apns() => new()
    {
        BaseUrl = Value(_apnsUrl) is { } url ? HttpsUrl(_apnsUrl, url) : ApnsOptions.Production,
        TrustedRoots = Roots(_apnsCa),
    };

    private ObservabilityOptions Observability() => new()
    {
        Metrics = Value(_metrics) is null or "off" ? null : EndPoint(_metrics, Value(_metrics)!),
        Otlp = Value(_otlp) is not { } otlp ? null : HttpUrl(_otlp, otlp),
        TraceRatio = Value(_traceRatio) is { } ratio ? Share(ratio) : new ObservabilityOptions().TraceRatio,
        LogFormat = Value(_logFormat) switch
        {
            null or "text" => LogFormat.Text,
            "json" => LogFormat.Json,
            _ => throw Bad(_logFormat, "text or json"),
        },
        Drain = Value(_drain) is { } drain ? Seconds(drain) : TimeSpan.Zero,
    };

    private X509Certificate2Collection Roots(Option<string?> option)
    {
        var roots = new X509Certificate2Collection();
        if (Value(option) is { } file)
            roots.ImportFromPem(Authorities(option, file));
        return roots;
    }

    private X509Certificate2Collection? Certificate()
    {
        if ((Value(_tlsCertificate), Value(_tlsKey)) is not ({ } certificateFile, { } keyFile))
            return Value(_tlsCertificate) is null && Value(_tlsKey) is null ? null : throw new SettingException("--tls-cert and --tls-key go together.");
        try
        {
            var (certificatePem, keyPem) = (Contents(_tlsCertificate, certificateFile), Contents(_tlsKey, keyFile));
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(certificatePem);
            return [CertificateUpload.Pem(certificatePem, keyPem), .. chain.Skip(1)];
        }
        catch (CertificateFormatException e)
        {
            throw new SettingException($"--tls-cert: {e.Message}", e);
        }
    }

    private static string Authorities(Option option, string file)
    {
        var pem = Contents(option, file);
        try
        {
            IdentityChain.AuthoritiesFromPem(pem);
            return pem;
        }
        catch (CertificateFormatException e)
        {
            throw new SettingException($"{option.Name} {file}: {e.Message}", e);
        }
    }

    private static string Contents(Option option, string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SettingException($"{option.Name}: {e.Message}", e);
        }
    }

    private static Uri HttpsUrl(Option option, string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttps && url.PathAndQuery == "/" && url.UserInfo.Length == 0
            ? url
            : throw Bad(option, "https://host or https://host:port");

    private static Uri HttpUrl(Option option, string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)
            && url.Query.Length == 0 && url.Fragment.Length == 0 && url.UserInfo.Length == 0
            ? url
            : throw Bad(option, "http://host:port or https://host:port");

    private IPNetwork Network(string text) =>
        IPNetwork.TryParse(text, out var network) ? network
        : IPAddress.TryParse(text, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
        : throw Bad(_proxies, "an IP address or a network");

    private static IPEndPoint EndPoint(Option option, string text) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? new IPEndPoint(IPAddress.Loopback, port)
        : text.Contains(':', StringComparison.Ordinal) && IPEndPoint.TryParse(text, out var endPoint) ? endPoint
        : throw Bad(option, "PORT or ADDRESS:PORT");

    private int Days(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days is >= 1 and <= 36500
        ? days
        : throw Bad(_retention, "a number of days");

    private double Share(string text) => double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share) && share is >= 0 and <= 1
        ? share
        : throw Bad(_traceRatio, "a number from 0 to 1");

    private TimeSpan Seconds(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= 300
        ? TimeSpan.FromSeconds(seconds)
        : throw Bad(_drain, "a number of seconds up to 300");

    private string? Value(Option<string?> option) => _parsed!.GetValue(option) ?? _configuration[KeyOf(option)];

    private string[] Values(Option<string[]> option) => _parsed!.GetValue(option) is { Length: > 0 } given
        ? given
        : (_configuration[KeyOf(option)] ?? "").Split([',', ';', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>--public-url is Mdm:PublicUrl in the configuration; of what may be repeated, commas part the values.</summary>
    internal string KeyOf(Option option) => option == _proxies
        ? "Mdm:TrustedProxies"
        : "Mdm:" + string.Concat(option.Name.TrimStart('-').Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));

    private static SettingException Bad(Option option, string expected) => new($"{option.Name} takes {expected}.");

    private static Option<string?> Text(string name, string value, string description) => new(name) { HelpName = value, Description = description };

    private static Option<string[]> Many(string name, string value, string description) => new(name) { HelpName = value, Description = description };
}

/// <summary>An option's value makes no sense; the message is one line.</summary>
public sealed class SettingException(string message, Exception? inner = null) : Exception(message, inner);
