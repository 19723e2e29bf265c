using System.Text.Json.Nodes;

namespace Mdm.Fleet.Deploy.Tests.Manifests;

/// <summary>One rendered object of Kubernetes.</summary>
public sealed record Manifest(JsonNode Node)
{
    public string Kind => Node.Text("kind")!;

    public string Name => Node.Text("metadata.name")!;

    /// <summary>A Deployment or StatefulSet: what makes pods.</summary>
    public bool IsWorkload => Kind is "Deployment" or "StatefulSet";

    public JsonNode Pod => Node.At("spec.template.spec")!;

    public IReadOnlyDictionary<string, string> PodLabels => Node.At("spec.template.metadata.labels").Texts();

    public IEnumerable<JsonNode> Containers => Pod.Items("containers");

    public IEnumerable<JsonNode> Ports => Containers.SelectMany(container => container.Items("ports"));

    /// <summary>The ports that its containers listen on.</summary>
    public IEnumerable<int> PortNumbers => Ports.Select(port => (int)port["containerPort"]!);

    /// <summary>Whether its image is the one that the Dockerfile makes.</summary>
    public bool IsServer => Containers.Single().Text("image")!.Contains("mdm-fleet:", StringComparison.Ordinal);

    public override string ToString() => $"{Kind} {Name}";
}
