using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Mdm.Fleet.Fleet.Tests.IdentityProviders;

/// <summary>A real OpenID provider in a process of its own (tests/peers/oidc.mjs), and its faults.</summary>
internal sealed class OidcPeer : IAsyncDisposable
{
    public const string Secret = "the secret: 100% & more";
    public const string Password = "provider-pass";

    private readonly Process _process;
    private readonly HttpClient _http = new();

    private OidcPeer(Process process, string issuer)
    {
        _process = process;
        Issuer = issuer;
    }

    public string Issuer { get; }

    public static async Task<OidcPeer> StartAsync(Uri redirectUri)
    {
        var folder = Path.Combine(Repository.Root, "tests", "peers");
        Assert.True(Directory.Exists(Path.Combine(folder, "node_modules")), "The peers are not installed: .ci/install-peers");
        var options = new JsonObject { ["redirectUri"] = redirectUri.AbsoluteUri };
        var process = Process.Start(new ProcessStartInfo("node", ["oidc.mjs", options.ToJsonString()])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        var line = await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60));
        return new OidcPeer(process, JsonNode.Parse(line ?? throw new InvalidOperationException("The provider did not start."))!["issuer"]!.ToString());
    }

    /// <summary>Sets its faults in place of those before; none = it is as it should be.</summary>
    public async Task FaultAsync(object? faults = null)
    {
        using var answer = await _http.PostAsJsonAsync(new Uri(Issuer + "/faults"), faults ?? new { });
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    /// <summary>Where a browser signs in to another client of the provider.</summary>
    public Uri Webmail => new($"{Issuer}/auth?client_id=webmail&response_type=code&scope=openid&redirect_uri={Uri.EscapeDataString(Issuer + "/webmail")}");

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await _process.WaitForExitAsync(patience.Token);
        _process.Dispose();
        _http.Dispose();
    }
}
