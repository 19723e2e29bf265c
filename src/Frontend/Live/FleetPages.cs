using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Logging;

namespace Mdm.Fleet.Frontend.Live;

/// <summary>The pages that watch, as SignalR groups them: those of the fleet, and those of each device.</summary>
public sealed partial class FleetPages(IHubContext<FleetHub> hub, ILogger<FleetPages> log)
{
    public const string Fleet = "fleet";

    /// <summary>How long pages may take to accept a message. SignalR cuts off the one that does not, so it can't hold up the others for long.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static string GroupOf(string device) => $"device:{device}";

    public Task JoinAsync(string connection, string group, CancellationToken cancellationToken) =>
        hub.Groups.AddToGroupAsync(connection, group, cancellationToken);

    /// <summary>Tells all pages of the fleet.</summary>
    public Task TellAsync(DevicesMessage message, CancellationToken cancellationToken) =>
        SendAsync(hub.Clients.Group(Fleet), "devices", message, cancellationToken);

    /// <summary>Tells all pages of a device.</summary>
    public Task TellAsync(string device, EventsMessage message, CancellationToken cancellationToken) =>
        SendAsync(hub.Clients.Group(GroupOf(device)), "events", message, cancellationToken);

    /// <summary>Tells one page of the fleet.</summary>
    public Task TellOneAsync(string connection, DevicesMessage message, CancellationToken cancellationToken) =>
        SendAsync(hub.Clients.Client(connection), "devices", message, cancellationToken);

    /// <summary>Tells one page of a device.</summary>
    public Task TellOneAsync(string connection, EventsMessage message, CancellationToken cancellationToken) =>
        SendAsync(hub.Clients.Client(connection), "events", message, cancellationToken);

    private async Task SendAsync(IClientProxy pages, string name, object message, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            await pages.SendAsync(name, message, patience.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Slow(log);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A page does not read what it is sent")]
    private static partial void Slow(ILogger log);
}
