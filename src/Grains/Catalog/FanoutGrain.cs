using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Grains.Devices;
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
    CatalogCache catalog,
    IRecordStore store,
    FanoutMetrics metrics,
    TimeProvider time,
    ILogger<FanoutGrain> log) : Grain, IFanout
{
    private const int PageSize = 1_000;

    /// <summary>Devices hinted that may wait to plan.</summary>
    private const int AheadMax = 2_000;

    /// <summary>Times that a page waits for them.</summary>
    private const int WaitsMax = 500;

    /// <summary>What hints should reach first; the sweeper takes what they did not.</summary>
    private static readonly TimeSpan HintsFirst = TimeSpan.FromSeconds(5);

    private IGrainTimer? _pages;
    private int _waits;

    /// <summary>It is logged of one device, not of each.</summary>
    private bool _toldUnreadable;

    public async Task Start(CatalogChange change)
    {
        if (state.State.Change is null)
        {
            state.State = new FanoutRecord { Change = change };
            await state.WriteOrDrop(DeactivateOnIdle);
        }

        if (state.State.Finished)
            TellFinished(change.Revision);
        else if (_pages is null)
            StartPages();
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        StopPages();
        return Task.CompletedTask;
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

        if (await IsFarAhead(change.Revision, cancellation))
            return;
        var page = await store.ScanAsync("device", at.After, PageSize, tag, cancellationToken: cancellation);
        var newest = await catalog.AtLeast(change.Revision);
        var concerned = page.Rows.Where(row => IsConcerned(row, newest)).Select(row => row.Key).ToList();
        var due = time.GetUtcNow() + HintsFirst;
        await store.MarkAsync([.. concerned.Select(device => new DueChange(new RecordKey("device", device), "catalog", change.Revision, due))], cancellation);
        metrics.Page(page.Rows.Length, concerned.Count);
        foreach (var device in concerned)
            await Hint(device, change.Revision);
        state.State = page.Next is { } next ? at with { After = next } : at with { Tag = at.Tag + 1, After = null };
        await state.WriteOrDrop(DeactivateOnIdle);
    }

    /// <summary>
    /// Looks at what the index tells of a device: it is concerned where the newest catalog wants another set for it than its last plan did.
    /// Whatever changes later compares revisions itself (docs/decisions/0027-fan-out.md).
    /// </summary>
    private bool IsConcerned(ScanRow row, CatalogSnapshot newest)
    {
        if (FactsRow.Read(row) is { } facts)
            return newest.Compiled.Desired(facts.Subject).Signature != facts.Signature;
        if (!FactsRow.IsUntold(row))
            return false;
        if (!row.Facts.IsEmpty && !_toldUnreadable)
            Unreadable(log, row.Key);
        _toldUnreadable |= !row.Facts.IsEmpty;
        return true;
    }

    /// <summary>Devices that were hinted and have not planned yet are many: the next page waits, but not for those that can't.</summary>
    private async Task<bool> IsFarAhead(long revision, CancellationToken cancellation)
    {
        if (_waits >= WaitsMax || await store.CountDueAsync("device", "catalog", revision, AheadMax, cancellation) < AheadMax)
        {
            _waits = 0;
            return false;
        }

        _waits++;
        return true;
    }

    private Task Hint(string device, long revision) =>
        this.GetStreamProvider("membership").GetStream<MembershipHint>(StreamId.Create("membership", device)).OnNextAsync(new MembershipHint(revision));

    private async Task Finish(CatalogChange change)
    {
        state.State = new FanoutRecord { Change = change, Finished = true };
        await state.WriteOrDrop(DeactivateOnIdle);
        StopPages();
        TellFinished(change.Revision);
    }

    private void StartPages()
    {
        _pages = this.RegisterGrainTimer(PageOrRest, new GrainTimerCreationOptions(TimeSpan.Zero, TimeSpan.FromMilliseconds(10)) { KeepAlive = true });
        metrics.Began();
    }

    private void StopPages()
    {
        if (_pages is null)
            return;
        metrics.Ended();
        _pages.Dispose();
        _pages = null;
    }

    /// <summary>Outside any turn: the catalog may be waiting for this grain. A word that is lost is said again when the outbox starts it again.</summary>
    private void TellFinished(long revision)
    {
        var publisher = GrainFactory.GetGrain<ICatalog>(ICatalog.Key);
        _ = Task.Run(() => Tell(publisher, revision));
    }

    private async Task Tell(ICatalog publisher, long revision)
    {
        try
        {
            await publisher.FannedOut(revision);
        }
        catch (Exception failure)
        {
            NotTold(log, failure, revision);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "That revision {Revision} has reached its devices could not be told; the catalog's outbox asks again")]
    private static partial void NotTold(ILogger log, Exception failure, long revision);

    [LoggerMessage(Level = LogLevel.Warning, Message = "What the index tells of device {Device} can't be read; it plans and writes it anew, as do others like it")]
    private static partial void Unreadable(ILogger log, string device);
}
