using Microsoft.AspNetCore.SignalR;

namespace Mdm.Fleet.Frontend.Live;

/// <summary>What admins watch: <c>/hubs/fleet</c>.</summary>
public sealed class FleetHub : Hub;
