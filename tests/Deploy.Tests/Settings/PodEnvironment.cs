using System.Text.Json.Nodes;
using Mdm.Fleet.Deploy.Tests.Manifests;

namespace Mdm.Fleet.Deploy.Tests.Settings;

/// <summary>The environment variables of a server's container, as Kubernetes puts them together: the ConfigMap's, then its own.</summary>
internal static class PodEnvironment
{
    /// <summary>What a secret or a field of the pod gives is stood in for by <paramref name="given"/>.</summary>
    public static Dictionary<string, string> Of(Overlay objects, Manifest workload, Func<JsonNode, string> given)
    {
        var container = workload.Containers.Single();
        var shared = container.Items("envFrom").Select(source => source.Text("configMapRef.name"))
            .SelectMany(name => objects.OfKind("ConfigMap").Single(map => map.Name == name).Node["data"].Texts());
        var own = container.Items("env").Select(variable => KeyValuePair.Create(variable.Text("name")!, variable.Text("value") ?? given(variable)));
        var variables = new Dictionary<string, string>(shared);
        foreach (var (name, value) in own)
            variables[name] = value;
        return variables;
    }
}
