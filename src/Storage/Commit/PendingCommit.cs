using System.Diagnostics;

namespace Mdm.Fleet.Storage.Commit;

/// <summary>Something that waits for the committer. Its task ends when it is durable, or with the reason why it is not.</summary>
internal abstract class PendingCommit() : TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    /// <summary>A moment of <see cref="Stopwatch"/>: whoever waited this long is told that the store is unavailable.</summary>
    public long Deadline { get; } = Stopwatch.GetTimestamp() + (WaitSecondsMax * Stopwatch.Frequency);

    public abstract int Rows { get; }

    public abstract int Bytes { get; }

    /// <summary>What the engine found: set inside the transaction, told to the caller after the commit.</summary>
    public long Outcome { get; set; }

    private const int WaitSecondsMax = 10;

    public virtual void Settle() => TrySetResult(Outcome);
}

/// <summary>A record with what goes with it. <see cref="PendingCommit.Outcome"/> is the new etag.</summary>
internal sealed class PendingWrite(RecordWrite write) : PendingCommit
{
    public RecordWrite Write { get; } = write;

    /// <summary>Set for a loser.</summary>
    public bool Lost { get; private set; }

    public override int Rows => 1;

    public override int Bytes { get; } = Weigh(write);

    private long? StoredEtag { get; set; }

    public void Lose(long? storedEtag) => (Lost, StoredEtag) = (true, storedEtag);

    public void Win() => (Lost, Outcome) = (false, Write.Body is null ? 0 : Write.ExpectedEtag + 1);

    public override void Settle()
    {
        if (Lost)
            TrySetException(new RecordConflictException(Write.Key, Write.ExpectedEtag, StoredEtag));
        else
            TrySetResult(Outcome);
    }

    private static int Weigh(RecordWrite write)
    {
        var bytes = 256 + (write.Body?.Length ?? 0) + (write.Index is { } row ? row.Summary.Length + row.Search.Length + row.Facts.Length : 0);
        if (!write.Events.IsDefaultOrEmpty)
            foreach (var line in write.Events)
                bytes += line.Data.Length + 64;
        return bytes;
    }
}

/// <summary>Due marks set or cleared on their own.</summary>
internal sealed class PendingMarks(ArraySegment<DueChange> changes) : PendingCommit
{
    /// <summary>Of one transaction: a page of a fan-out. It takes some 10 ms, which is what other writes may have to wait.</summary>
    public const int MarksMax = 5000;

    private const int MarksPerRow = 20;

    public ArraySegment<DueChange> Changes { get; } = changes;

    /// <summary>A mark costs a small part of what a record does, so that other writes share the transaction.</summary>
    public override int Rows => (Changes.Count + MarksPerRow - 1) / MarksPerRow;

    public override int Bytes => Changes.Count * 128;
}

/// <summary>One step of event retention, alone in its batch. <see cref="PendingCommit.Outcome"/> is the number of rows it dropped.</summary>
internal sealed class PendingDrop(DateOnly before) : PendingCommit
{
    public DateOnly Before { get; } = before;

    public override int Rows => CommitBatch.RowsMax;

    public override int Bytes => 0;
}
