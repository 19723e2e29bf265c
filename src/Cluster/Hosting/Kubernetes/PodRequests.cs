namespace Mdm.Fleet.Cluster.Hosting.Kubernetes;

/// <summary>
/// All that is asked of the API server; the Role in deploy/k8s grants it and nothing else. Pods of the whole namespace, without a selector: by a label
/// that is newer than some pods, silos would look as if their pods were gone. https://kubernetes.io/docs/reference/using-api/api-concepts/
/// </summary>
internal static class PodRequests
{
    /// <summary>All pods as they are: without <c>resourceVersion</c> the answer is at least as new as the question.</summary>
    public static string List(string @namespace) => $"/api/v1/namespaces/{Uri.EscapeDataString(@namespace)}/pods";

    /// <summary>What happens to them after a version.</summary>
    public static string Watch(string @namespace, string version, int seconds) =>
        $"{List(@namespace)}?watch=1&allowWatchBookmarks=true&resourceVersion={Uri.EscapeDataString(version)}&timeoutSeconds={seconds}";
}
