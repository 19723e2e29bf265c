using System.Text.Json;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Frontend.Admin.Idempotency;
using Mdm.Fleet.Grains.Devices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orleans;

namespace Mdm.Fleet.Frontend.Admin.Devices;

/// <summary>Queues a command: one grain call, JSON without reflection.</summary>
internal static class CommandEndpoint
{
    private const int BodyBytesMax = 64 * 1024;
    private static readonly TimeSpan QueueRest = TimeSpan.FromSeconds(30);

    public static void Map(RouteGroupBuilder devices) => devices.MapPost("/{id}/commands", EnqueueAsync)
        .Accepts<CommandRequest>("application/json")
        .Produces<CommandReceipt>(StatusCodes.Status202Accepted)
        .ProducesProblem(StatusCodes.Status429TooManyRequests)
        .TakesIdempotencyKey()
        .WithSummary("Queue a command; push=false leaves the device to come by itself");

    private static async Task EnqueueAsync(HttpContext http, string id, bool? push, IGrainFactory grains)
    {
        var device = DeviceEndpoints.Find(grains, id);
        var request = await Body.ReadAsync(http, CommandJson.Default.CommandRequest, BodyBytesMax);
        var reply = await device.Enqueue(new EnqueueRequest(request.ToBody(), push ?? true, Access.Admin.Of(http).Name));
        var command = reply.Id.ToString();
        await (reply.Result switch
        {
            EnqueueResult.Queued => AnswerAsync(http, new CommandReceipt(command)),
            EnqueueResult.Coalesced => AnswerAsync(http, new CommandReceipt(command, command)),
            EnqueueResult.Full => Problems.WriteAsync(http, Full()),
            EnqueueResult.NotManaged => throw await NotManagedAsync(device),
            EnqueueResult.NoUnlockToken => throw RefusalException.Conflict(
                "no-unlock-token", "The device has given no unlock token: its passcode can't be cleared."),
            _ => throw new InvalidOperationException($"No answer to {reply.Result}."),
        });
    }

    private static Task AnswerAsync(HttpContext http, CommandReceipt receipt)
    {
        http.Response.StatusCode = StatusCodes.Status202Accepted;
        http.Response.ContentType = "application/json; charset=utf-8";
        return JsonSerializer.SerializeAsync(http.Response.BodyWriter, receipt, CommandJson.Default.CommandReceipt, http.RequestAborted);
    }

    private static async Task<RefusalException> NotManagedAsync(IDevice device) => (await device.View()).Exists
        ? RefusalException.Conflict("not-managed", "The device is not enrolled: it would never come for the command.")
        : RefusalException.NotFound("device");

    private static RefusalException Full() =>
        new(StatusCodes.Status429TooManyRequests, "queue-full", "The device's queue is full: it has to come and take its commands first.")
        {
            RetryAfter = QueueRest,
        };
}
