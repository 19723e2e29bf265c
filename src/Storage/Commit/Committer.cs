using System.Diagnostics;
using System.Diagnostics.Metrics;
using Mdm.Fleet.Storage.Telemetry;

namespace Mdm.Fleet.Storage.Commit;

/// <summary>
/// One transaction of an engine, called on the committer's thread only. It sets the outcome of every member, and returns once all are
/// durable.
/// </summary>
internal interface ICommitEngine : IDisposable
{
    /// <exception cref="StoreUnavailableException">The store is at fault, not a member: all of them fail.</exception>
    void Commit(CommitBatch batch);
}

/// <summary>
/// Group commit without a timer: each batch is what arrived while the one before it was committed. One thread of its own, because
/// commits block on the disk and the thread pool is for callers.
/// </summary>
internal sealed class Committer : IDisposable
{
    private readonly CommitQueue queue = new();
    private readonly CommitMetrics metrics;
    private readonly ICommitEngine engine;
    private readonly Thread thread;
    private readonly Action eventsCommitted;
    private int nudges;

    public Committer(ICommitEngine engine, Action eventsCommitted, Meter meter)
    {
        metrics = new CommitMetrics(meter, queue);
        this.engine = engine;
        this.eventsCommitted = eventsCommitted;
        thread = new Thread(Run) { IsBackground = true, Name = "store committer" };
        thread.Start();
    }

    public Task<long> WriteAsync(RecordWrite write, CancellationToken cancellationToken)
    {
        RecordLimits.Check(write);
        return Activity.Current is null ? Enqueue(new PendingWrite(write), cancellationToken) : WriteTracedAsync(write, cancellationToken);
    }

    public async Task MarkAsync(IReadOnlyList<DueChange> changes, CancellationToken cancellationToken)
    {
        var all = changes.ToArray();
        foreach (var change in all)
            RecordLimits.Check(change);
        // One part after the other: a change that concerns the whole fleet leaves the queue to others.
        for (var start = 0; start < all.Length; start += PendingMarks.MarksMax)
            await Enqueue(new PendingMarks(new(all, start, Math.Min(PendingMarks.MarksMax, all.Length - start))), cancellationToken);
    }

    public Task<long> DropAsync(DateOnly before, CancellationToken cancellationToken) => Enqueue(new PendingDrop(before), cancellationToken);

    /// <summary>Refuses writes from now on with a reason; the thread ends after what waits.</summary>
    public void Close(string reason) => queue.Close(new StoreUnavailableException(reason));

    public void Dispose()
    {
        Close("The store is closed.");
        thread.Join();
    }

    private async Task<long> WriteTracedAsync(RecordWrite write, CancellationToken cancellationToken)
    {
        using var step = FleetTelemetry.Step("store.write");
        step?.SetTag("mdm.record.kind", write.Key.Kind);
        return await Enqueue(new PendingWrite(write), cancellationToken);
    }

    private Task<long> Enqueue(PendingCommit member, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        queue.Add(member);
        return cancellationToken.CanBeCanceled ? member.Task.WaitAsync(cancellationToken) : member.Task;
    }

    private void Run()
    {
        using (engine)
        {
            var batch = new CommitBatch();
            for (; queue.Take(batch); batch.Clear())
                Commit(batch);
        }
    }

    private void Commit(CommitBatch batch)
    {
        batch.Sort();
        var began = Stopwatch.GetTimestamp();
        try
        {
            engine.Commit(batch);
        }
        catch (StoreUnavailableException e)
        {
            metrics.Unavailable(began);
            batch.Fail(e);
            return;
        }
        catch (Exception) when (batch.Members.Count > 1)
        {
            metrics.Refused(began);
            CommitSingly([.. batch.Members]);
            return;
        }
        catch (Exception e)
        {
            metrics.Refused(began);
            batch.Fail(new StoreUnavailableException($"The store refuses this write: {e.Message}", e));
            return;
        }

        metrics.Committed(batch, began);
        batch.Settle();
        if (batch.HasEvents)
            Nudge();
    }

    private void CommitSingly(PendingCommit[] members)
    {
        var single = new CommitBatch();
        foreach (var member in members)
        {
            single.TryAdd(member);
            Commit(single);
            single.Clear();
        }
    }

    private void Nudge()
    {
        if (Interlocked.Exchange(ref nudges, 1) == 0)
            ThreadPool.UnsafeQueueUserWorkItem(static self => self.RaiseEvents(), this, preferLocal: false);
    }

    private void RaiseEvents()
    {
        Volatile.Write(ref nudges, 0);
        eventsCommitted();
    }
}
