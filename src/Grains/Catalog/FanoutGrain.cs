using Mdm.Fleet.Grains.Records;
using Mdm.Fleet.Storage;
using Orleans;
using Orleans.Runtime;

namespace Mdm.Fleet.Grains.Catalog;

/// <summary>How far a fan-out is: which tag, and behind which device. Change null = nothing is under way.</summary>
public sealed record FanoutRecord
{
    public CatalogChange? Change { get; init; }

    public int Tag { get; init; }

    public string? After { get; init; }
}

/// <summary>
/// Page by page: due marks in one statement, then hints, then the cursor moves. A crash repeats a page, which changes nothing:
/// marks and hints may exceed.
/// </summary>
public sealed class FanoutGrain(
    [PersistentState("fanout")] IPersistentState<FanoutRecord> state,
    IRecordStore store,
    TimeProvider time) : Grain, IFanout
{
    private const int PageSize = 500;

    /// <summary>What hints should reach first; the sweeper takes what they did not.</summary>
    private static readonly TimeSpan HintsFirst = TimeSpan.FromSeconds(5);

    private IGrainTimer? _pages;

    public async Task Start(CatalogChange change)
    {
        if (state.State.Change is null)
        {
            state.State = new FanoutRecord { Change = change };
            await state.WriteOrDrop(DeactivateOnIdle);
        }

        // Between turns, as the last page calls the catalog, which may be waiting for this grain.
        _pages ??= this.RegisterGrainTimer(PageOrRest, new GrainTimerCreationOptions(TimeSpan.Zero, TimeSpan.FromMilliseconds(1)) { KeepAlive = true, Interleave = true });
    }

    /// <summary>After a failure it rests until the catalog's outbox starts it again.</summary>
    private async Task PageOrRest(CancellationToken cancellation)
    {
        try
        {
            await Page(cancellation);
        }
        catch
        {
            DeactivateOnIdle();
            throw;
        }
    }

    private async Task Page(CancellationToken cancellation)
    {
        if (state.State is not { Change: { } change } at)
            return;
        var tag = change.All ? null : change.Tags.ElementAtOrDefault(at.Tag);
        if (tag is null && (!change.All || at.Tag > 0))
        {
            await Finish(change);
            return;
        }

        var page = await store.QueryAsync(new IndexQuery("device", Tag: tag, After: at.After, Limit: PageSize), cancellation);
        var due = time.GetUtcNow() + HintsFirst;
        await store.MarkAsync([.. page.Rows.Select(row => new DueChange(new RecordKey("device", row.Key), "catalog", change.Revision, due))], cancellation);
        foreach (var row in page.Rows)
            await Hint(row.Key, change.Revision);
        state.State = page.Next is { } next ? at with { After = next } : at with { Tag = at.Tag + 1, After = null };
        await state.WriteOrDrop(DeactivateOnIdle);
    }

    private Task Hint(string device, long revision) =>
        this.GetStreamProvider("membership").GetStream<MembershipHint>(StreamId.Create("membership", device)).OnNextAsync(new MembershipHint(revision));

    private async Task Finish(CatalogChange change)
    {
        await GrainFactory.GetGrain<ICatalog>(ICatalog.Key).FannedOut(change.Revision);
        await state.ClearOrDrop(DeactivateOnIdle);
        _pages?.Dispose();
        DeactivateOnIdle();
    }
}
