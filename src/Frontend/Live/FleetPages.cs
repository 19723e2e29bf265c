using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Logging;

namespace Mdm.Fleet.Frontend.Live;

/// <summary>
/// The pages that watch, as SignalR groups them: those of the fleet, and those of each device. A message is put before each page's
/// connection in order and nobody waits for the slowest of them: at most a bounded number of messages is on its way.
/// </summary>
public sealed partial class FleetPages(IHubContext<FleetHub> hub, ILogger<FleetPages> log) : IDisposable
{
    public const string Fleet = "fleet";

    /// <summary>A page takes a message a turn or gives up within its patience, so this is never reached by few slow ones.</summary>
    private const int UnderWayMax = 1_024;

    /// <summary>How long pages may take to accept a message. SignalR cuts off the one that does not, so it can't hold up the others for long.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _room = new(UnderWayMax);

    public static string GroupOf(string device) => $"device:{device}";

    public Task JoinAsync(string connection, string group, CancellationToken cancellationToken) =>
        hub.Groups.AddToGroupAsync(connection, group, cancellationToken);

    /// <summary>Tells all pages of the fleet.</summary>
    public Task TellAsync(DevicesMessage message, CancellationToken cancellationToken) =>
        BeginAsync(hub.Clients.Group(Fleet), "devices", message, cancellationToken);

    /// <summary>Tells all pages of a device.</summary>
    public Task TellAsync(string device, EventsMessage message, CancellationToken cancellationToken) =>
        BeginAsync(hub.Clients.Group(GroupOf(device)), "events", message, cancellationToken);

    /// <summary>Tells one page of the fleet; the task that comes back ends when the page has the message.</summary>
    public Task<Task> TellOneAsync(string connection, DevicesMessage message, CancellationToken cancellationToken) =>
        BeginAsync(hub.Clients.Client(connection), "devices", message, cancellationToken);

    /// <summary>Tells one page of a device; the task that comes back ends when the page has the message.</summary>
    public Task<Task> TellOneAsync(string connection, EventsMessage message, CancellationToken cancellationToken) =>
        BeginAsync(hub.Clients.Client(connection), "events", message, cancellationToken);

    public void Dispose() => _room.Dispose();

    /// <summary>Begins to send, and answers the sending.</summary>
    private async Task<Task> BeginAsync(IClientProxy pages, string name, object message, CancellationToken cancellationToken)
    {
        await _room.WaitAsync(cancellationToken);
        return SendAsync(pages, name, message, cancellationToken);
    }

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
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            Failed(log, failure);
        }
        finally
        {
            _room.Release();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Pages could not be told")]
    private static partial void Failed(ILogger log, Exception failure);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A page does not read what it is sent")]
    private static partial void Slow(ILogger log);
}
