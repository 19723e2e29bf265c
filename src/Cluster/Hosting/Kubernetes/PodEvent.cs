using System.Buffers;
using System.Net;
using System.Text.Json;

namespace Mdm.Fleet.Cluster.Hosting.Kubernetes;

/// <summary>What a watch tells. https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes</summary>
internal abstract record PodEvent
{
    /// <summary>All changes up to this version have been told.</summary>
    public sealed record Reached(string Version) : PodEvent;

    /// <summary>The pod exists and is not over.</summary>
    public sealed record There(string Name, string Version) : PodEvent;

    /// <summary>The pod was deleted, or will run nothing any more.</summary>
    public sealed record Gone(string Name, string Version) : PodEvent;

    /// <summary>The server has forgotten what came after the version that was asked for: list anew (410 Gone).</summary>
    public sealed record Expired : PodEvent;

    /// <exception cref="JsonException">No such line.</exception>
    /// <exception cref="InvalidDataException">An error, or nothing that is known here.</exception>
    public static PodEvent Parse(ReadOnlySequence<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        var line = JsonSerializer.Deserialize(ref reader, PodJson.Default.WatchLine)!;
        return line.Type switch
        {
            "ADDED" or "MODIFIED" or "DELETED" => Of(line.Object.Deserialize(PodJson.Default.Pod)!, isDeleted: line.Type == "DELETED"),
            "BOOKMARK" => new Reached(line.Object.Deserialize(PodJson.Default.WatchVersion)!.Metadata.ResourceVersion),
            "ERROR" => Of(line.Object.Deserialize(PodJson.Default.WatchStatus)!),
            _ => throw new InvalidDataException($"The watch tells a {line.Type}."),
        };
    }

    private static PodEvent Of(Pod pod, bool isDeleted) => isDeleted || pod.IsOver
        ? new Gone(pod.Metadata.Name, pod.Metadata.ResourceVersion)
        : new There(pod.Metadata.Name, pod.Metadata.ResourceVersion);

    private static Expired Of(WatchStatus status) => status.Code == (int)HttpStatusCode.Gone
        ? new Expired()
        : throw new InvalidDataException($"The watch ends with {status.Code}: {status.Message}");
}
