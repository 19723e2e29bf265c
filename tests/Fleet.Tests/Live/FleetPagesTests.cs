using System.Collections.Concurrent;
using Mdm.Fleet.Frontend.Live;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mdm.Fleet.Fleet.Tests.Live;

[Trait("Requirement", "DC-06")]
public class FleetPagesTests
{
    [Fact]
    public async Task A_page_that_does_not_read_holds_up_nobody_and_messages_keep_their_order()
    {
        var hub = new StuckHub();
        using var pages = new FleetPages(hub, NullLogger<FleetPages>.Instance);

        for (var cursor = 1; cursor <= 10; cursor++)
            await pages.TellAsync(new DevicesMessage(cursor, [], []), CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));
        var one = await pages.TellOneAsync("slow", new DevicesMessage(11, [], []), CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(Enumerable.Range(1, 11), hub.Sent.Select(message => (int)message.Cursor));
        Assert.False(one.IsCompleted);
        hub.Read.SetResult();
        await one;
    }

    /// <summary>A hub whose pages take messages only once they are told to read.</summary>
    private sealed class StuckHub : IHubContext<FleetHub>, IHubClients, IClientProxy, IGroupManager
    {
        public ConcurrentQueue<DevicesMessage> Sent { get; } = [];

        public TaskCompletionSource Read { get; } = new();

        public IHubClients Clients => this;

        public IGroupManager Groups => this;

        public IClientProxy All => this;

        public IClientProxy AllExcept(IReadOnlyList<string> excludedConnectionIds) => this;

        public IClientProxy Client(string connectionId) => this;

        public IClientProxy Group(string groupName) => this;

        public IClientProxy GroupExcept(string groupName, IReadOnlyList<string> excludedConnectionIds) => this;

        IClientProxy IHubClients<IClientProxy>.Clients(IReadOnlyList<string> connectionIds) => this;

        IClientProxy IHubClients<IClientProxy>.Groups(IReadOnlyList<string> groupNames) => this;

        public IClientProxy User(string userId) => this;

        public IClientProxy Users(IReadOnlyList<string> userIds) => this;

        public Task SendCoreAsync(string method, object?[] args, CancellationToken cancellationToken = default)
        {
            Sent.Enqueue((DevicesMessage)args[0]!);
            return Read.Task;
        }

        public Task AddToGroupAsync(string connectionId, string groupName, CancellationToken cancellationToken = default) => Task.CompletedTask;

        public Task RemoveFromGroupAsync(string connectionId, string groupName, CancellationToken cancellationToken = default) => Task.CompletedTask;
    }
}
