using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Mdm.Fleet.LoadSim.Apns;

/// <summary>
/// The devices' side for devices in other processes, plain HTTP on loopback. <c>PUT /sim/devices/{token}[?topic=]</c> registers,
/// <c>DELETE</c> unregisters, <c>GET …/next?wait=seconds</c> answers 200 <c>{"mdm":"magic"}</c>, 204 after the wait, 410 when
/// unregistered; <c>GET /sim/counts</c> answers the counters.
/// </summary>
internal sealed class DeviceEndpoint(ApnsDevices devices, ApnsCounters counters)
{
    private const int WaitSecondsMax = 300;

    public Task HandleAsync(HttpContext http, CancellationToken stopping) =>
        (http.Request.Method, http.Request.Path.Value?.Split('/')) switch
        {
            ("PUT", ["", "sim", "devices", { Length: > 0 } token]) => RegisterAsync(http, token),
            ("DELETE", ["", "sim", "devices", { Length: > 0 } token]) => UnregisterAsync(http, token),
            ("GET", ["", "sim", "devices", { Length: > 0 } token, "next"]) => NextAsync(http, token, stopping),
            ("GET", ["", "sim", "counts"]) => http.Response.WriteAsJsonAsync(counters.Read(), stopping),
            _ => AnswerAsync(http, StatusCodes.Status404NotFound),
        };

    private Task RegisterAsync(HttpContext http, string token)
    {
        devices.Register(token, http.Request.Query["topic"].FirstOrDefault());
        return AnswerAsync(http, StatusCodes.Status204NoContent);
    }

    private Task UnregisterAsync(HttpContext http, string token)
    {
        devices.Unregister(token);
        return AnswerAsync(http, StatusCodes.Status204NoContent);
    }

    private async Task NextAsync(HttpContext http, string token, CancellationToken stopping)
    {
        if (!int.TryParse(http.Request.Query["wait"].FirstOrDefault() ?? "0", NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || seconds > WaitSecondsMax)
        {
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }
        using var left = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
        if (await devices.NextAsync(token, TimeSpan.FromSeconds(seconds), left.Token) is { } magic)
            await http.Response.WriteAsJsonAsync(new { mdm = magic }, left.Token);
        else
            http.Response.StatusCode = devices.IsUnregistered(token) ? StatusCodes.Status410Gone : StatusCodes.Status204NoContent;
    }

    private static Task AnswerAsync(HttpContext http, int status)
    {
        http.Response.StatusCode = status;
        return Task.CompletedTask;
    }
}
