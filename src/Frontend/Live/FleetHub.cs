using Mdm.Fleet.Domain.Enrollment;
using Microsoft.AspNetCore.SignalR;

namespace Mdm.Fleet.Frontend.Live;

/// <summary>What admins watch: <c>/hubs/fleet</c>. One subscription a connection; its end is the connection's.</summary>
public sealed class FleetHub(LiveFeed feed, OpenPages pages) : Hub
{
    /// <summary>Begins to watch. What came since the cursor is sent first.</summary>
    /// <exception cref="HubException">No such device id, or too many pages watch.</exception>
    public Task Subscribe(SubscribeRequest request)
    {
        if (request.Device is not null && !EnrollmentId.TryParse(request.Device, out _))
            throw new HubException("There is no such device.");
        return feed.SubscribeAsync(Context.ConnectionId, request, Context.ConnectionAborted);
    }

    /// <summary>Only a socket stays open beyond its request: each poll of the other transports passes the gate again.</summary>
    public override Task OnConnectedAsync()
    {
        if (Context.GetHttpContext() is { WebSockets.IsWebSocketRequest: true } http)
            pages.Enter(Context, Admin.Access.Admin.Of(http).Key);
        return Task.CompletedTask;
    }

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        feed.Leave(Context.ConnectionId);
        pages.Leave(Context.ConnectionId);
        return Task.CompletedTask;
    }
}
