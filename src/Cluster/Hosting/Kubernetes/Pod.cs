using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Mdm.Fleet.Cluster.Hosting.Kubernetes;

/// <summary>What counts of a pod. https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/</summary>
internal sealed partial record Pod(PodMetadata Metadata, PodStatus? Status = null)
{
    private const string TemplateHash = "pod-template-hash";

    /// <summary>All its containers have ended and none starts again: an evicted pod can stay listed like that for long.</summary>
    public bool IsOver => Status?.Phase is "Succeeded" or "Failed";

    /// <summary>
    /// Whether a pod of that name is, or was, of the same Deployment: the Deployment's name, a hash of the template, five random characters.
    /// https://kubernetes.io/docs/concepts/workloads/controllers/deployment/
    /// </summary>
    public bool IsSibling(string name) => DeploymentPrefix is { } prefix && name.StartsWith(prefix, StringComparison.Ordinal) && HashAndSuffix().IsMatch(name[prefix.Length..]);

    /// <summary>Null = not of a Deployment, or of one with so long a name that Kubernetes cuts those of its pods.</summary>
    private string? DeploymentPrefix =>
        Metadata.Labels?.GetValueOrDefault(TemplateHash) is { } hash && Metadata.Name.LastIndexOf($"-{hash}-", StringComparison.Ordinal) is > 0 and var end
            ? Metadata.Name[..(end + 1)]
            : null;

    [GeneratedRegex(@"^[0-9a-z]{1,10}-[0-9a-z]{5}\z")]
    private static partial Regex HashAndSuffix();
}

internal sealed record PodMetadata(string Name, string ResourceVersion, ImmutableDictionary<string, string>? Labels = null);

internal sealed record PodStatus(string? Phase = null);

/// <summary>An answer to a list; with a <c>continue</c> it is a part of one.</summary>
internal sealed record PodList(string Kind, PodListMetadata Metadata, ImmutableArray<Pod> Items);

internal sealed record PodListMetadata(string ResourceVersion, string? Continue = null);

/// <summary>A line of a watch: a pod, the version alone of one (BOOKMARK), or a Status (ERROR).</summary>
internal sealed record WatchLine(string Type, JsonElement Object);

internal sealed record WatchVersion(WatchVersion.Version Metadata)
{
    internal sealed record Version(string ResourceVersion);
}

internal sealed record WatchStatus(int Code, string? Message = null);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(PodList))]
[JsonSerializable(typeof(WatchLine))]
[JsonSerializable(typeof(WatchVersion))]
[JsonSerializable(typeof(WatchStatus))]
internal sealed partial class PodJson : JsonSerializerContext;
