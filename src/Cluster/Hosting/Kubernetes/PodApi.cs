using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace Mdm.Fleet.Cluster.Hosting.Kubernetes;

/// <summary>
/// The API server as a pod's account reaches it (https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/). Opened for one list and
/// watch: the authority is read then, the token with each request, as both are rotated.
/// </summary>
internal sealed class PodApi : IDisposable
{
    /// <summary>After so long the server is asked to end a watch; one that has not ended soon after is a connection that nobody serves.</summary>
    private const int WatchSeconds = 300;

    private const int ListBytesMax = 64 << 20;
    private const int LineBytesMax = 4 << 20;
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(30);

    private readonly PodSettings _pod;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;

    public PodApi(PodSettings pod, TimeProvider time)
    {
        (_pod, _time) = (pod, time);
        _http = new HttpClient(new SocketsHttpHandler
        {
            ActivityHeadersPropagator = null,
            AllowAutoRedirect = false,
            ConnectTimeout = AnswerWithin,
            SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = Trusting(Path.Combine(pod.AccountFolder, "ca.crt")) },
            UseCookies = false,
            UseProxy = false,
        })
        {
            BaseAddress = pod.Api,
            MaxResponseContentBufferSize = ListBytesMax,
            Timeout = Timeout.InfiniteTimeSpan, // each request has its own, below
        };
    }

    /// <summary>All pods of the namespace.</summary>
    /// <exception cref="InvalidDataException">A part of them, or something else.</exception>
    /// <exception cref="HttpRequestException"/>
    /// <exception cref="IOException"/>
    /// <exception cref="JsonException"/>
    /// <exception cref="OperationCanceledException">No answer in time, or the caller gave up.</exception>
    public async Task<PodList> ListAsync(CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(AnswerWithin, _time);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        using var response = await SendAsync(PodRequests.List(_pod.Namespace), HttpCompletionOption.ResponseContentRead, patience.Token);
        response.EnsureSuccessStatusCode();
        var list = JsonSerializer.Deserialize(await response.Content.ReadAsByteArrayAsync(patience.Token), PodJson.Default.PodList);
        return list switch
        {
            { Kind: "PodList", Items.IsDefault: false, Metadata.Continue: null or "" } => list,
            _ => throw new InvalidDataException("The answer is not a list of all pods."),
        };
    }

    /// <summary>What happens after a version, until the server ends the watch, which it does every few minutes.</summary>
    /// <exception cref="InvalidDataException">An error, or something else than events of pods.</exception>
    /// <exception cref="HttpRequestException"/>
    /// <exception cref="IOException"/>
    /// <exception cref="JsonException"/>
    /// <exception cref="OperationCanceledException">Nobody serves the watch any more, or the caller gave up.</exception>
    public async IAsyncEnumerable<PodEvent> WatchAsync(string version, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(WatchSeconds) + AnswerWithin, _time);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        using var response = await SendAsync(PodRequests.Watch(_pod.Namespace, version, WatchSeconds), HttpCompletionOption.ResponseHeadersRead, patience.Token);
        if (response.StatusCode == HttpStatusCode.Gone)
        {
            yield return new PodEvent.Expired();
            yield break;
        }

        response.EnsureSuccessStatusCode();
        await using var body = await response.Content.ReadAsStreamAsync(patience.Token);
        await foreach (var line in LinesAsync(PipeReader.Create(body), patience.Token))
            yield return PodEvent.Parse(line);
    }

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> SendAsync(string path, HttpCompletionOption completion, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        var token = await File.ReadAllTextAsync(Path.Combine(_pod.AccountFolder, "token"), cancellationToken);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Trim());
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        return await _http.SendAsync(request, completion, cancellationToken);
    }

    private static async IAsyncEnumerable<ReadOnlySequence<byte>> LinesAsync(PipeReader reader, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            var rest = read.Buffer;
            while (rest.PositionOf((byte)'\n') is { } end)
            {
                if (rest.Slice(0, end) is { IsEmpty: false } line)
                    yield return line;
                rest = rest.Slice(rest.GetPosition(1, end));
            }

            if (rest.Length > LineBytesMax)
                throw new InvalidDataException("A line of the watch is too long.");
            if (read.IsCompleted)
                yield break;
            reader.AdvanceTo(rest.Start, rest.End);
        }
    }

    private static X509ChainPolicy Trusting(string file)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.ImportFromPemFile(file);
        return policy;
    }
}
