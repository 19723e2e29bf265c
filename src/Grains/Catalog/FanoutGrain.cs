using Mdm.Fleet.Grains.Records;
using Mdm.Fleet.Storage;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;

namespace Mdm.Fleet.Grains.Catalog;

/// <summary>How far a fan-out is: which tag, and behind which device. Change null = nothing is under way.</summary>
public sealed record FanoutRecord
{
    public CatalogChange? Change { get; init; }

    public int Tag { get; init; }

    public string? After { get; init; }

    /// <summary>Every device concerned is marked; the record waits until the catalog knows.</summary>
    public bool Finished { get; init; }
}

/// <summary>
/// Page by page: due marks in one statement, then hints, then the cursor moves. A crash repeats a page, which changes nothing:
/// marks and hints may exceed.
/// </summary>
public sealed partial class FanoutGrain(
    [PersistentState("fanout")] IPersistentState<FanoutRecord> state,
    IRecordStore store,
    TimeProvider time,
    ILogger<FanoutGrain> log) : Grain, IFanout
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

        if (state.State.Finished)
            _ = TellFinished(change.Revision);
        else
            _pages ??= this.RegisterGrainTimer(PageOrRest, new GrainTimerCreationOptions(TimeSpan.Zero, TimeSpan.FromMilliseconds(1)) { KeepAlive = true });
    }

    public async Task Forget()
    {
        StopPages();
        if (state.RecordExists)
            await state.ClearOrDrop(DeactivateOnIdle);
        DeactivateOnIdle();
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
        if (state.State is not { Change: { } change, Finished: false } at)
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
        state.State = new FanoutRecord { Change = change, Finished = true };
        await state.WriteOrDrop(DeactivateOnIdle);
        StopPages();
        _ = TellFinished(change.Revision);
    }

    private void StopPages()
    {
        _pages?.Dispose();
        _pages = null;
    }

    /// <summary>Outside any turn: the catalog may be waiting for this grain. A word that is lost is said again when the outbox starts it again.</summary>
    private async Task TellFinished(long revision)
    {
        var factory = GrainFactory;
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            await factory.GetGrain<ICatalog>(ICatalog.Key).FannedOut(revision);
        }
        catch (Exception failure)
        {
            NotTold(log, failure, revision);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "That revision {Revision} has reached its devices could not be told; the catalog's outbox asks again")]
    private static partial void NotTold(ILogger log, Exception failure, long revision);
}
