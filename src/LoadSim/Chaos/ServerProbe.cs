using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Mdm.Fleet.LoadSim.Network;

namespace Mdm.Fleet.LoadSim.Chaos;

/// <summary>Waits for things that another process is to bring about: a file, a server that is ready.</summary>
public sealed class ServerProbe(TimeProvider time, TimeSpan patience)
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits until the file is there and not empty.</summary>
    /// <exception cref="TimeoutException">It did not come.</exception>
    public async Task FileAsync(string path, CancellationToken cancellationToken)
    {
        var startedAt = time.GetTimestamp();
        while (new FileInfo(path) is not { Exists: true, Length: > 0 })
            await PauseAsync(startedAt, $"the file {path}", cancellationToken);
    }

    /// <summary>Waits until <c>/health/ready</c> answers 2xx.</summary>
    /// <exception cref="TimeoutException">It did not.</exception>
    public async Task ReadyAsync(Uri server, TrustedRoots roots, CancellationToken cancellationToken)
    {
        var startedAt = time.GetTimestamp();
        using var http = new HttpClient(new SocketsHttpHandler { SslOptions = roots.ForClient() }) { Timeout = TimeSpan.FromSeconds(10) };
        while (!await IsReadyAsync(http, new Uri(server, "/health/ready"), cancellationToken))
            await PauseAsync(startedAt, $"{server} to be ready", cancellationToken);
    }

    /// <summary>The root that the server itself hands out, taken on trust: for a server on this machine only.</summary>
    /// <exception cref="TimeoutException">It handed out none.</exception>
    public async Task<X509Certificate2> FirstUseRootAsync(Uri server, CancellationToken cancellationToken)
    {
        var startedAt = time.GetTimestamp();
        using var http = new HttpClient(new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, _, _, _) => server.IsLoopback },
        });
        while (true)
        {
            try
            {
                return X509Certificate2.CreateFromPem(await http.GetStringAsync(new Uri(server, "/enroll/ca.pem"), cancellationToken));
            }
            catch (HttpRequestException)
            {
                await PauseAsync(startedAt, $"{server}enroll/ca.pem", cancellationToken);
            }
        }
    }

    private static async Task<bool> IsReadyAsync(HttpClient http, Uri health, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await http.GetAsync(health, cancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (Exception away) when (away is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task PauseAsync(long startedAt, string what, CancellationToken cancellationToken)
    {
        if (time.GetElapsedTime(startedAt) > patience)
            throw new TimeoutException($"waited {patience.TotalSeconds:F0} s in vain for {what}");
        await Task.Delay(Glance, time, cancellationToken);
    }
}
