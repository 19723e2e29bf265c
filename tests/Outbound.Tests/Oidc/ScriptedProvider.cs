using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mdm.Fleet.Outbound.Tests.Oidc;

/// <summary>A provider that answers what a test says, for what a real one won't do on demand.</summary>
internal sealed class ScriptedProvider : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Dictionary<string, Func<HttpContext, Task>> _answers = [];

    private ScriptedProvider(WebApplication app) => _app = app;

    public string Issuer { get; private set; } = "";

    /// <summary>How often each path was asked for.</summary>
    public Dictionary<string, int> Asked { get; } = [];

    /// <summary>The form and the Authorization header that the token endpoint got last.</summary>
    public (IFormCollection Form, string Authorization) Redeemed { get; private set; }

    public static async Task<ScriptedProvider> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var provider = new ScriptedProvider(builder.Build());
        provider._app.Run(provider.AnswerAsync);
        await provider._app.StartAsync();
        provider.Issuer = provider._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        provider.Answer("/.well-known/openid-configuration", provider.Discovery());
        return provider;
    }

    public JsonObject Discovery() => new()
    {
        ["issuer"] = Issuer,
        ["authorization_endpoint"] = Issuer + "/auth?tenant=7",
        ["token_endpoint"] = Issuer + "/token",
        ["jwks_uri"] = Issuer + "/keys",
    };

    public void Answer(string path, JsonNode json) => Answer(path, http => http.Response.WriteAsync(json.ToJsonString()));

    public void Answer(string path, Func<HttpContext, Task> answer) => _answers[path] = answer;

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext http)
    {
        var path = http.Request.Path.Value!;
        Asked[path] = Asked.GetValueOrDefault(path) + 1;
        if (http.Request.HasFormContentType)
            Redeemed = (await http.Request.ReadFormAsync(), Decode(http.Request.Headers.Authorization.ToString()));
        if (_answers.TryGetValue(path, out var answer))
            await answer(http);
        else
            http.Response.StatusCode = StatusCodes.Status404NotFound;
    }

    private static string Decode(string basic) => basic.Length == 0 ? "" : Encoding.ASCII.GetString(Convert.FromBase64String(basic["Basic ".Length..]));
}
