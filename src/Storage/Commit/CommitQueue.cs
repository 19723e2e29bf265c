using System.Diagnostics;

namespace Mdm.Fleet.Storage.Commit;

/// <summary>Bounded first-in first-out queue in front of the committer: beyond the bound a caller hears at once that the store can't keep up.</summary>
internal sealed class CommitQueue
{
    public const int RowsMax = 64 * 1024;
    public const long BytesMax = 128 * 1024 * 1024;

    private readonly Queue<PendingCommit> waiting = new();
    private readonly object gate = new();
    private int rows;
    private long bytes;
    private StoreUnavailableException? closed;

    /// <summary>How many wait.</summary>
    public int Rows => Volatile.Read(ref rows);

    public void Add(PendingCommit member)
    {
        lock (gate)
        {
            if (closed is not null)
                throw closed;
            if (rows >= RowsMax || bytes >= BytesMax)
                throw new StoreUnavailableException("The store is overloaded: too many writes wait.");
            waiting.Enqueue(member);
            rows += member.Rows;
            bytes += member.Bytes;
            if (waiting.Count == 1)
                Monitor.Pulse(gate);
        }
    }

    /// <summary>Waits for work and fills an empty batch with it; false once the queue is closed and drained.</summary>
    public bool Take(CommitBatch batch)
    {
        lock (gate)
        {
            while (true)
            {
                Fill(batch);
                if (batch.Members.Count > 0)
                    return true;
                if (closed is not null)
                    return false;
                Monitor.Wait(gate);
            }
        }
    }

    /// <summary>Refuses what comes from now on; what waits is still taken.</summary>
    public void Close(StoreUnavailableException reason)
    {
        lock (gate)
        {
            closed ??= reason;
            Monitor.Pulse(gate);
        }
    }

    private void Fill(CommitBatch batch)
    {
        var now = Stopwatch.GetTimestamp();
        while (waiting.TryPeek(out var next))
        {
            if (next.Deadline < now)
                next.TrySetException(new StoreUnavailableException("The store did not get to this write in time."));
            else if (!batch.TryAdd(next))
                return;
            waiting.Dequeue();
            rows -= next.Rows;
            bytes -= next.Bytes;
        }
    }
}
