namespace Mdm.Fleet.Storage.Commit;

/// <summary>What one transaction commits: different keys, so that its members cannot disturb one another.</summary>
internal sealed class CommitBatch
{
    public const int RowsMax = 256;
    public const int BytesMax = 1024 * 1024;

    private readonly HashSet<RecordKey> keys = [];
    private readonly List<PendingCommit> members = [];
    private int rows;
    private int bytes;

    /// <summary>In the order of kind and key.</summary>
    public List<PendingWrite> Writes { get; } = [];

    /// <summary>In the order of arrival.</summary>
    public List<PendingMarks> Marks { get; } = [];

    public PendingDrop? Drop { get; private set; }

    public IReadOnlyList<PendingCommit> Members => members;

    public bool HasEvents => Writes.Exists(static w => !w.Lost && !w.Write.Events.IsDefaultOrEmpty);

    /// <summary>False where the member has to wait for the next batch: full, or the same key once more.</summary>
    public bool TryAdd(PendingCommit member)
    {
        if (members.Count > 0 && (rows + member.Rows > RowsMax || bytes + member.Bytes > BytesMax))
            return false;
        switch (member)
        {
            case PendingWrite write when keys.Add(write.Write.Key):
                Writes.Add(write);
                break;
            case PendingMarks marks:
                Marks.Add(marks);
                break;
            case PendingDrop drop:
                Drop = drop;
                break;
            default:
                return false;
        }

        members.Add(member);
        rows += member.Rows;
        bytes += member.Bytes;
        return true;
    }

    public void Sort() => Writes.Sort(static (a, b) => Compare(a.Write.Key, b.Write.Key));

    public void Clear()
    {
        keys.Clear();
        members.Clear();
        Writes.Clear();
        Marks.Clear();
        Drop = null;
        (rows, bytes) = (0, 0);
    }

    public void Settle()
    {
        foreach (var member in members)
            member.Settle();
    }

    public void Fail(Exception reason)
    {
        foreach (var member in members)
            member.TrySetException(reason);
    }

    private static int Compare(RecordKey a, RecordKey b)
    {
        var kind = string.CompareOrdinal(a.Kind, b.Kind);
        return kind != 0 ? kind : string.CompareOrdinal(a.Key, b.Key);
    }
}
