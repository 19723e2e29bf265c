using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Mdm.Fleet.Cluster.Tests.Kubernetes;

/// <summary>How a watch comes to its end.</summary>
public enum WatchEnd
{
    /// <summary>Its time is over.</summary>
    InTime,

    /// <summary>The connection breaks.</summary>
    Broken,

    /// <summary>What it would go on from is forgotten.</summary>
    Expired,
}

/// <summary>What is answered to a list.</summary>
public enum ListForm
{
    Whole,

    /// <summary>Some pods, and where to go on.</summary>
    Continued,

    /// <summary>The connection breaks in the middle.</summary>
    Broken,

    /// <summary>Some pods, and none of the one that asks.</summary>
    WithoutAsker,

    /// <summary>JSON of another kind.</summary>
    OtherKind,
}

/// <summary>
/// Stands in for the API server of Kubernetes: the pods of one namespace, listed and watched as
/// https://kubernetes.io/docs/reference/using-api/api-concepts/ says, under an authority of its own, for whoever shows the account's token.
/// </summary>
internal sealed class ApiServer : IAsyncDisposable
{
    public const string Namespace = "mdm-fleet";
    private const string Hash = "7d9f8b6c5d";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly DirectoryInfo _account = Directory.CreateTempSubdirectory("fleet-account-");
    private readonly Dictionary<string, JsonObject> _pods = [];
    private readonly Channel<string> _answers = Channel.CreateUnbounded<string>();
    private readonly WebApplication _app;
    private List<(int Version, string Line)> _history = [];
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource<WatchEnd> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string _token = "";
    private int _version = 100;
    private int _forgotten = 100;
    private HttpStatusCode? _refusal;
    private ListForm _lists;

    private ApiServer()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var authority = Authority(key);
        File.WriteAllText(Path.Combine(_account.FullName, "ca.crt"), authority.ExportCertificatePem());
        RotateToken();
        GiveToken();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(Certificate(authority))));
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    public Uri Url => new(_app.Urls.Single());

    public string AccountFolder => _account.FullName;

    public static async Task<ApiServer> StartAsync()
    {
        var server = new ApiServer();
        await server._app.StartAsync();
        return server;
    }

    /// <summary>A name as Kubernetes gives it to a pod of the Deployment.</summary>
    public static string PodName(string suffix, string deployment = "mdm-silo") => $"{deployment}-{Hash}-{suffix}";

    public static X509Certificate2 Authority(ECDsa key)
    {
        var request = new CertificateRequest("CN=kubernetes", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddDays(1));
    }

    public void Add(string name)
    {
        lock (_lock)
            Change("ADDED", name, _pods[name] = Pod(name));
    }

    /// <summary>All its containers have ended; it stays listed.</summary>
    public void Evict(string name)
    {
        lock (_lock)
        {
            _pods[name]["status"]!["phase"] = "Failed";
            Change("MODIFIED", name, _pods[name]);
        }
    }

    public void Delete(string name)
    {
        lock (_lock)
        {
            Assert.True(_pods.Remove(name, out var pod));
            Change("DELETED", name, pod);
        }
    }

    public void Bookmark()
    {
        lock (_lock)
            Change("BOOKMARK", "", new JsonObject { ["kind"] = "Pod", ["apiVersion"] = "v1", ["metadata"] = new JsonObject() });
    }

    /// <summary>What has happened is told to nobody any more.</summary>
    public void Forget()
    {
        lock (_lock)
        {
            _history = [];
            _forgotten = _version;
        }
    }

    /// <summary>A pod is deleted, and no watch ever tells.</summary>
    public void DeleteUnseen(string name, WatchEnd end)
    {
        lock (_lock)
        {
            Delete(name);
            Forget();
            EndWatches(end);
        }
    }

    public void EndWatches(WatchEnd end)
    {
        lock (_lock)
        {
            _end.SetResult(end);
            _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>From now on each answer is this status; null = no more.</summary>
    public void Refuse(HttpStatusCode? status)
    {
        lock (_lock)
            _refusal = status;
    }

    public void Answer(ListForm lists)
    {
        lock (_lock)
            _lists = lists;
    }

    /// <summary>The token that was good so far is not any more; the new one comes with <see cref="GiveToken"/>.</summary>
    public void RotateToken()
    {
        lock (_lock)
            _token = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
    }

    public void GiveToken() => File.WriteAllText(Path.Combine(_account.FullName, "token"), _token + "\n");

    /// <summary>The next answer: what was asked for, and the status; "watch ends" once one has.</summary>
    public async Task<string> NextAnswerAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        return await _answers.Reader.ReadAsync(patience.Token);
    }

    /// <summary>Waits for an answer.</summary>
    public async Task AnsweredAsync(string answer)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (await _answers.Reader.ReadAsync(patience.Token) != answer)
        {
        }
    }

    /// <summary>Whether somebody was answered since.</summary>
    public bool HasAnswered() => _answers.Reader.TryRead(out _);

    public async ValueTask DisposeAsync()
    {
        EndWatches(WatchEnd.InTime);
        await _app.DisposeAsync();
        _account.Delete(recursive: true);
    }

    private static X509Certificate2 Certificate(X509Certificate2 authority)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=kube-apiserver", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(authority, authority.NotBefore, authority.NotAfter, RandomNumberGenerator.GetBytes(8));
        return certificate.CopyWithPrivateKey(key);
    }

    private static JsonObject Pod(string name) => new()
    {
        ["metadata"] = new JsonObject
        {
            ["name"] = name,
            ["generateName"] = $"mdm-silo-{Hash}-",
            ["namespace"] = Namespace,
            ["uid"] = Guid.NewGuid().ToString(),
            ["creationTimestamp"] = "2026-11-20T12:00:00Z",
            ["labels"] = new JsonObject { ["app.kubernetes.io/name"] = "mdm-silo", ["pod-template-hash"] = Hash },
            ["ownerReferences"] = new JsonArray(new JsonObject { ["kind"] = "ReplicaSet", ["name"] = $"mdm-silo-{Hash}", ["controller"] = true }),
        },
        ["spec"] = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["name"] = "server" }) },
        ["status"] = new JsonObject { ["phase"] = "Running", ["podIP"] = "127.0.0.1" },
    };

    private static JsonObject Status(int code) => new()
    {
        ["kind"] = "Status",
        ["apiVersion"] = "v1",
        ["metadata"] = new JsonObject(),
        ["status"] = "Failure",
        ["message"] = "no",
        ["code"] = code,
    };

    private static string Line(string type, JsonObject item) => new JsonObject { ["type"] = type, ["object"] = item.DeepClone() }.ToJsonString() + "\n";

    private void Change(string type, string name, JsonObject item)
    {
        item["metadata"]!["resourceVersion"] = (++_version).ToString(CultureInfo.InvariantCulture);
        var told = (JsonObject)item.DeepClone();
        (told["kind"], told["apiVersion"]) = ("Pod", "v1");
        _history.Add((_version, Line(type, told)));
        _news.SetResult();
        _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private async Task AnswerAsync(HttpContext http)
    {
        var isWatch = http.Request.Query["watch"] == "1";
        HttpStatusCode? refusal;
        lock (_lock)
        {
            refusal = http.Request.Headers.Authorization != $"Bearer {_token}" ? HttpStatusCode.Unauthorized
                : http.Request.Method != "GET" || http.Request.Path != $"/api/v1/namespaces/{Namespace}/pods" ? HttpStatusCode.Forbidden
                : _refusal ?? (isWatch && VersionOf(http) < _forgotten ? HttpStatusCode.Gone : null);
        }

        var status = (int)(refusal ?? HttpStatusCode.OK);
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        if (refusal is not null)
            await http.Response.WriteAsync(Status(status).ToJsonString());
        else if (isWatch)
            await WatchAsync(http);
        else
            await ListAsync(http);
        if (refusal is not null || !isWatch)
            Told($"{(isWatch ? "watch" : "list")} {status}");
    }

    private async Task ListAsync(HttpContext http)
    {
        ListForm form;
        JsonObject list;
        lock (_lock)
        {
            form = _lists;
            var pods = form switch
            {
                ListForm.Whole => _pods.Values,
                ListForm.WithoutAsker => [],
                _ => _pods.Values.Take(1),
            };
            list = new JsonObject
            {
                ["kind"] = form == ListForm.OtherKind ? "ReplicaSetList" : "PodList",
                ["apiVersion"] = "v1",
                ["metadata"] = new JsonObject { ["resourceVersion"] = _version.ToString(CultureInfo.InvariantCulture) },
                ["items"] = new JsonArray([.. pods.Select(pod => pod.DeepClone())]),
            };
        }

        if (form == ListForm.Continued)
            list["metadata"]!["continue"] = "more";
        if (form == ListForm.Broken)
            http.Response.ContentLength = list.ToJsonString().Length + 100;
        await http.Response.WriteAsync(list.ToJsonString());
        if (form != ListForm.Broken)
            return;
        await http.Response.Body.FlushAsync();
        http.Abort();
    }

    private async Task WatchAsync(HttpContext http)
    {
        Task<WatchEnd> end;
        lock (_lock)
            end = _end.Task;
        await http.Response.StartAsync();
        await http.Response.Body.FlushAsync();
        Told("watch 200");
        for (var seen = VersionOf(http); ;)
        {
            Task news;
            List<(int Version, string Line)> lines;
            lock (_lock)
                (news, lines) = (_news.Task, [.. _history.Where(change => change.Version > seen)]);
            foreach (var (version, line) in lines)
            {
                await http.Response.WriteAsync(line);
                seen = version;
            }

            await http.Response.Body.FlushAsync();
            if (lines.Count > 0)
                continue;
            if (end.IsCompleted)
                break;
            await ((Task)Task.WhenAny(news, end).WaitAsync(http.RequestAborted)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (http.RequestAborted.IsCancellationRequested)
                return;
        }

        if (await end == WatchEnd.Expired)
            await http.Response.WriteAsync(Line("ERROR", Status((int)HttpStatusCode.Gone)));
        if (await end == WatchEnd.Broken)
            http.Abort();
        Told("watch ends");
    }

    private void Told(string answer) => _answers.Writer.TryWrite(answer);

    private static int VersionOf(HttpContext http) => int.Parse(http.Request.Query["resourceVersion"].ToString(), CultureInfo.InvariantCulture);
}
