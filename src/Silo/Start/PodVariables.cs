using System.Globalization;
using System.Net;
using Mdm.Fleet.Cluster;

namespace Mdm.Fleet.Silo.Start;

/// <summary>
/// What a pod's environment says of it: <c>POD_…</c> by its manifest (deploy/k8s/base/silo.yaml), <c>KUBERNETES_…</c> by Kubernetes
/// (https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/).
/// </summary>
internal static class PodVariables
{
    private const string Name = "POD_NAME";
    private const string Namespace = "POD_NAMESPACE";
    private const string Address = "POD_IP";
    private const string ApiHost = "KUBERNETES_SERVICE_HOST";
    private const string ApiPort = "KUBERNETES_SERVICE_PORT";

    /// <summary>All that a manifest has to give.</summary>
    public static IReadOnlyList<string> Given { get; } = [Name, Namespace, Address];

    /// <exception cref="SettingException">This is no pod, or its manifest does not tell it enough.</exception>
    public static PodSettings Read(IConfiguration configuration)
    {
        var missing = new[] { Name, Address, ApiHost, ApiPort }.Where(variable => string.IsNullOrEmpty(configuration[variable])).ToList();
        if (missing.Count > 0)
            throw new SettingException($"--clustering kubernetes is for silos in pods: {string.Join(", ", missing)} not set (deploy/k8s/base/silo.yaml sets what Kubernetes does not).");
        var pod = new PodSettings
        {
            Name = configuration[Name]!,
            Namespace = configuration[Namespace] ?? "",
            Address = IPAddress.TryParse(configuration[Address], out var address) ? address : throw new SettingException($"{Address} takes an IP address."),
            Api = ApiOf(configuration[ApiHost]!, configuration[ApiPort]!),
        };
        return pod.Namespace.Length > 0 ? pod : pod with { Namespace = OfAccount(pod.AccountFolder) };
    }

    private static string OfAccount(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "namespace")).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SettingException($"--clustering kubernetes: {Namespace} is not set, and the pod's account does not tell it: {e.Message}", e);
        }
    }

    private static Uri ApiOf(string host, string port) => ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        ? new UriBuilder(Uri.UriSchemeHttps, host, number).Uri
        : throw new SettingException($"{ApiPort} takes a port.");
}
