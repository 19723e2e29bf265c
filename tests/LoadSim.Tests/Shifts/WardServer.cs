using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mdm.Fleet.LoadSim.Tests.Devices;
using Mdm.Fleet.Protocol.Plist;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Mdm.Fleet.LoadSim.Tests.Shifts;

/// <summary>
/// A tiny device-management server in memory, so that the scenario can be tested against one that keeps its word and against some that do not.
/// Plain HTTP; a device is known by its UDID alone.
/// </summary>
public sealed class WardServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly WardSins _sins;
    private readonly WardCatalog _catalog = new();
    private readonly ConcurrentDictionary<string, WardDevice> _devices = new();
    private readonly ConcurrentDictionary<string, JsonObject> _users = new();

    private WardServer(WardSins sins)
    {
        _sins = sins;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Run(HandleAsync);
    }

    public Uri Url => new(_app.Urls.Single());

    /// <summary>Set once the push service is there: sends a push to a token with a magic.</summary>
    public Func<string, string, Task> Push { get; set; } = (_, _) => Task.CompletedTask;

    public static async Task<WardServer> StartAsync(WardSins sins)
    {
        var server = new WardServer(sins);
        await server._app.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task HandleAsync(HttpContext http)
    {
        var answer = (http.Request.Method, http.Request.Path.Value!.Trim('/').Split('/')) switch
        {
            ("PUT", ["mdm", "connect"]) => await TalkAsync(http),
            ("GET", ["enroll", _]) => (200, EnrolledDevice.Enrolment(new Uri(Url, "/mdm/connect"))),
            ("GET", ["signin", var udid]) => Json(200, await ShowAsync(Device(udid))),
            ("POST", ["signin", var udid, var act]) => await SignAsync(http, Device(udid), act),
            (var method, ["api", "v1", .. var path]) => Json(await AdministerAsync(http, method, path)),
            _ => (404, []),
        };
        http.Response.StatusCode = answer.Item1;
        await http.Response.Body.WriteAsync(answer.Item2);
    }

    private static (int, byte[]) Json((int Status, JsonNode Body) answer) => Json(answer.Status, answer.Body);

    private static (int, byte[]) Json(int status, JsonNode body) => (status, JsonSerializer.SerializeToUtf8Bytes(body));

    private WardDevice Device(string udid) =>
        _devices.GetOrAdd(udid, static (key, self) => new WardDevice(key, new Uri(self.Url, $"/signin/{key}"), self._catalog, self._sins), this);

    private async Task<(int, byte[])> TalkAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        var message = (PlistValue.Dict)PlistValue.Read(body.ToArray());
        var device = Device(message.GetString("UDID")!);
        if (_sins.Unenrols && device.Finished)
            return (401, []);
        if (message.GetString("MessageType") == "Authenticate")
            device.Enrol();
        if (message.GetString("MessageType") == "TokenUpdate")
        {
            device.Reachable(Convert.ToHexStringLower(message.GetData("Token")!.Value.Span), message.GetString("PushMagic")!);
            await PushAsync(device);
        }

        return (200, message.GetString("Status") is null ? [] : device.Next(message));
    }

    private async Task<(int, byte[])> SignAsync(HttpContext http, WardDevice device, string act)
    {
        var form = await http.Request.ReadFormAsync();
        if (act == "in" && _users.GetValueOrDefault(form["userName"].ToString())?["password"]?.ToString() != form["password"])
            return Json(403, new JsonObject { ["code"] = "credentials" });
        var userName = form["userName"].ToString();
        device.Own(act == "in" ? userName : null, act == "in" ? _users[userName]["groups"]![0]!.ToString() : null);
        await PushAsync(device);
        return Json(200, device.Page());
    }

    private async Task<JsonNode> ShowAsync(WardDevice device)
    {
        var page = device.Page();
        if (device.Relapse(page) && _sins.Withholds is not null)
            await PushAsync(device);
        return page;
    }

    private Task PushAsync(WardDevice device) => device.PushToken is { } token ? Push(token, device.PushMagic!) : Task.CompletedTask;

    private async Task<(int, JsonNode)> AdministerAsync(HttpContext http, string method, string[] path)
    {
        var body = http.Request.ContentLength > 0 || http.Request.Headers.TransferEncoding.Count > 0
            ? (await JsonNode.ParseAsync(http.Request.Body))!.AsObject() : [];
        return (method, path) switch
        {
            ("GET", ["devices", var udid]) => (200, Device(udid).Row()),
            ("GET", ["users", var name]) => _users.TryGetValue(name, out var user) ? (200, user.DeepClone()) : (404, body),
            ("POST", ["users"]) => (201, _users[body["userName"]!.ToString()] = body),
            ("POST", ["enrolment-tokens"]) => (201, new JsonObject { ["url"] = $"{Url}enroll/token" }),
            ("GET", ["push-certificate"]) => (404, body),
            ("GET", [var list]) => (200, new JsonObject { ["items"] = new JsonArray([.. _catalog.List(list).Select(item => item.DeepClone())]), ["next"] = null }),
            ("GET", [var list, var id]) => _catalog.Find(list, id) is { } found ? (200, found.DeepClone()) : (404, body),
            ("POST", [var list]) => (201, _catalog.Add(list, body).DeepClone()),
            ("PUT", [var list, var id]) => (200, _catalog.Replace(list, id, body).DeepClone()),
            ("PUT", ["user-groups", var id, "members", "nobody"]) => (204, _catalog.NobodyIsIn(id)),
            _ => (200, body),
        };
    }
}

/// <summary>What a bad server does wrong.</summary>
/// <param name="Keeps">Calls a hand-over clean without removing this Wi-Fi network.</param>
/// <param name="NeverClean">Never calls a hand-over clean.</param>
/// <param name="Returns">Once it called a hand-over clean, this Wi-Fi network comes again with the next connection.</param>
/// <param name="Withholds">Removes this network of nobody's at the hand-over and gives it back after what <paramref name="Returns"/>, by a push.</param>
/// <param name="Remembers">Records only so many hand-overs of a device, the first ones.</param>
/// <param name="TouchesOwnThings">Removes the person's own profile too.</param>
/// <param name="Unenrols">Answers 401 to a device whose second hand-over it called clean, and goes on calling it enrolled.</param>
/// <param name="Reverts">Gives a device back to its second person once it called the hand-over clean.</param>
public sealed record WardSins(
    string? Keeps = null, bool NeverClean = false, string? Returns = null, string? Withholds = null, int Remembers = int.MaxValue,
    bool TouchesOwnThings = false, bool Unenrols = false, bool Reverts = false);
