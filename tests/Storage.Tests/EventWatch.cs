using System.Threading.Channels;

namespace Mdm.Fleet.Storage.Tests;

/// <summary>Reads a store's event log only when the store says that there is something to read.</summary>
internal sealed class EventWatch
{
    private readonly IRecordStore store;
    private readonly Channel<bool> nudges = Channel.CreateUnbounded<bool>();

    public EventWatch(IRecordStore store)
    {
        this.store = store;
        store.EventsCommitted += () => nudges.Writer.TryWrite(true);
    }

    /// <summary>Until so many events have been seen.</summary>
    public async Task UntilAsync(int count)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        do
            await nudges.Reader.ReadAsync(patience.Token);
        while ((await store.ReadEventsAsync(0, 100, cancellationToken: patience.Token)).Length < count);
    }
}
