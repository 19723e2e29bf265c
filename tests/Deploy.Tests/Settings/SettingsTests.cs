using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Mdm.Fleet.Deploy.Tests.Manifests;
using Mdm.Fleet.Fleet.Tests;
using Mdm.Fleet.Silo.Hosts;
using Mdm.Fleet.Silo.Start;
using Microsoft.Extensions.Configuration;

namespace Mdm.Fleet.Deploy.Tests.Settings;

/// <summary>What pods are told is what the server understands.</summary>
public sealed class SettingsTests : IDisposable
{
    /// <summary>Read beside the options.</summary>
    private static readonly string[] _others = ["MDM_MASTER_KEY", .. PodVariables.Given];

    /// <summary>What Kubernetes tells every pod.</summary>
    private static readonly Dictionary<string, string> _byKubernetes = new() { ["KUBERNETES_SERVICE_HOST"] = "10.96.0.1", ["KUBERNETES_SERVICE_PORT"] = "443" };

    private static readonly FleetSettings _settings = new(new ConfigurationBuilder().Build());
    private static readonly HashSet<string> _keys = [.. _settings.Command.Options.Select(option => _settings.KeyOf(option).Replace(":", "__", StringComparison.Ordinal)), .. _others];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fleet-settings-");

    public static TheoryData<string> Overlays => Overlay.All;

    [Theory]
    [MemberData(nameof(Overlays))]
    public void Every_variable_is_one_of_the_server(string overlay) => Assert.All(Servers(overlay), server =>
    {
        Assert.Empty(Environment(overlay, server).Keys.Except(_keys));
        Assert.All(server.Containers.Single().Items("args").Select(argument => argument.ToString()).Where(argument => argument.StartsWith("--", StringComparison.Ordinal)), argument =>
            Assert.Contains(argument, _settings.Command.Options.Select(option => option.Name)));
    });

    [Fact]
    public void Every_variable_that_the_image_sets_is_one_of_the_server() => Assert.Empty(
        File.ReadAllText(Path.Combine(Repository.Root, "Dockerfile")).Split([' ', '\n', '='], StringSplitOptions.RemoveEmptyEntries)
            .Where(word => word.StartsWith("Mdm__", StringComparison.Ordinal)).Except(_keys));

    [Theory]
    [MemberData(nameof(Overlays))]
    public void A_server_listens_on_the_ports_that_its_container_names(string overlay) => Assert.All(Servers(overlay), server =>
    {
        var told = Environment(overlay, server);
        var isFrontend = told.GetValueOrDefault("Mdm__Role") == "frontend";
        (string Name, string? Value)[] listeners =
        [
            ("silo", isFrontend ? null : told.GetValueOrDefault("Mdm__SiloPort")),
            ("gateway", isFrontend ? null : told.GetValueOrDefault("Mdm__GatewayPort")),
            ("metrics", told.GetValueOrDefault("Mdm__Metrics")),
            ("https", told.GetValueOrDefault("Mdm__Https") is "off" ? null : told.GetValueOrDefault("Mdm__Https")),
            ("http", told.GetValueOrDefault("Mdm__Http")),
        ];
        Assert.Equal(
            listeners.Where(listener => listener.Value is not null).Select(listener => $"{listener.Name} {listener.Value!.Split(':')[^1]}").Order(),
            server.Ports.Select(port => $"{port["name"]} {port["containerPort"]}").Order());
        Assert.All(listeners.Where(listener => listener.Value?.Contains(':', StringComparison.Ordinal) == true), listener =>
            Assert.Equal(IPAddress.Any, IPEndPoint.Parse(listener.Value!).Address));
    });

    [Theory]
    [MemberData(nameof(Overlays))]
    public void Every_file_that_a_server_is_told_of_lies_in_a_volume(string overlay) => Assert.All(Servers(overlay), server =>
        Assert.All(Environment(overlay, server).Values.Where(value => value.StartsWith('/')), path =>
            Assert.Contains(server.Containers.Single().Items("volumeMounts").Select(mount => mount.Text("mountPath")!), mount => path == mount || path.StartsWith(mount + "/", StringComparison.Ordinal))));

    /// <summary>All that a pod is told is taken by the build that it is for, and a build for one process takes nothing of a cluster.</summary>
    [Theory]
    [MemberData(nameof(Overlays))]
    public void Every_value_is_taken_by_the_build_that_it_is_for(string overlay) => Assert.All(Servers(overlay), server =>
    {
        WriteCertificate();
        var told = Environment(overlay, server).Concat(_byKubernetes).ToDictionary(
            pair => pair.Key.Replace("__", ":", StringComparison.Ordinal), pair => (string?)pair.Value.Replace("/tls/", _folder.FullName + "/", StringComparison.Ordinal));
        var settings = new FleetSettings(new ConfigurationBuilder().AddInMemoryCollection(told).Build());
        if (GrainHost.IsCluster || overlay == "single")
            Assert.NotNull(settings.Read(settings.Command.Parse([])));
        else
            Assert.Contains("cluster", Assert.Throws<SettingException>(() => settings.Read(settings.Command.Parse([]))).Message, StringComparison.Ordinal);
    });

    [Fact]
    public void A_silo_knows_its_pod_from_what_it_is_told()
    {
        var pod = PodVariables.Read(SiloTold());
        Assert.Equal(("10.0.0.1", "10.0.0.1", "10.0.0.1"), (pod.Name, pod.Namespace, pod.Address.ToString()));
        Assert.Equal("https://10.96.0.1/", pod.Api.AbsoluteUri);
        Assert.Equal("https://[fd00::1]:6443/", PodVariables.Read(SiloTold(("KUBERNETES_SERVICE_HOST", "fd00::1"), ("KUBERNETES_SERVICE_PORT", "6443"))).Api.AbsoluteUri);
    }

    [Theory]
    [InlineData("POD_NAME")]
    [InlineData("POD_IP")]
    [InlineData("KUBERNETES_SERVICE_HOST")]
    [InlineData("KUBERNETES_SERVICE_PORT")]
    public void A_silo_that_is_in_no_pod_or_not_told_who_it_is_says_what_it_lacks(string variable) => Assert.Multiple(
        () => Assert.Contains(variable + " ", Assert.Throws<SettingException>(() => PodVariables.Read(SiloTold((variable, null)))).Message, StringComparison.Ordinal),
        () => Assert.Contains("--clustering kubernetes", Assert.Throws<SettingException>(() => PodVariables.Read(new ConfigurationBuilder().Build())).Message, StringComparison.Ordinal));

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>A silo's environment in a pod, but for some variables.</summary>
    private static IConfigurationRoot SiloTold(params (string Name, string? Value)[] others)
    {
        var told = Environment("prod", Servers("prod").Single(server => server.Name == "mdm-silo")).Concat(_byKubernetes).ToDictionary(pair => pair.Key, pair => (string?)pair.Value);
        foreach (var (name, value) in others)
            told[name] = value;
        return new ConfigurationBuilder().AddInMemoryCollection(told).Build();
    }

    private static IEnumerable<Manifest> Servers(string overlay) => Overlay.Of(overlay).Workloads.Where(workload => workload.IsServer);

    private static Dictionary<string, string> Environment(string overlay, Manifest server) => PodEnvironment.Of(Overlay.Of(overlay), server, StandIn);

    private void WriteCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=mdm.example.com", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(Path.Combine(_folder.FullName, "tls.crt"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(_folder.FullName, "tls.key"), key.ExportPkcs8PrivateKeyPem());
    }

    private static string StandIn(JsonNode variable) => variable.Text("name") switch
    {
        "Mdm__Store" => "postgres:Host=db;Database=fleet;Username=fleet;Password=x",
        "MDM_MASTER_KEY" => Convert.ToBase64String(new byte[32]),
        _ => "10.0.0.1",
    };
}
