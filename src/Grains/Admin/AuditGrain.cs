using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Mdm.Fleet.Grains.Records;
using Mdm.Fleet.Storage;
using Orleans;
using Orleans.Runtime;

namespace Mdm.Fleet.Grains.Admin;

/// <summary>The head of the chain as stored; its seal goes into the log in the same write.</summary>
public sealed record AuditRecord : IStoredState
{
    public AuditSeal Head { get; init; } = new(0, 0, AuditChain.Start, default, 0, AuditChain.Start, default);

    [JsonIgnore]
    public ImmutableArray<EventLine> Events { get; init; } = [];

    public IndexRow? TakeIndex() => null;

    public ImmutableArray<EventLine> TakeEvents() => Events;

    public ImmutableArray<DueChange> TakeDue() => [];
}

public sealed class AuditGrain(
    [PersistentState("audit")] IPersistentState<AuditRecord> state,
    IRecordStore store,
    TimeProvider time) : Grain, IAudit
{
    /// <summary>Lines of one seal at most; the rest is the next one's.</summary>
    private const int LinesMax = 100_000;

    private long _readTo;

    public async Task<AuditSeal> Seal()
    {
        var head = state.State.Head;
        var (hash, lines, cursor, since) = (head.Hash, 0, head.Cursor, default(DateTimeOffset));
        await foreach (var line in AuditChain.Read(store, Math.Max(_readTo, head.Cursor)))
        {
            cursor = line.Cursor;
            if (line.Line.Type != Lines.AuditType)
                continue;
            since = lines == 0 ? line.Line.At : since;
            hash = AuditChain.Next(hash, line);
            if (++lines == LinesMax)
                break;
        }

        _readTo = cursor;
        if (lines > 0)
            await Save(new AuditSeal(cursor, head.Lines + lines, hash, time.GetUtcNow(), head.Lines, head.Hash, since));
        return state.State.Head;
    }

    private Task Save(AuditSeal seal)
    {
        var line = new EventLine(
            AuditChain.SealType, seal.At, JsonSerializer.SerializeToUtf8Bytes(seal, GrainsJson.Default.AuditSeal), new RecordKey("audit", IAudit.Key));
        state.State = new AuditRecord { Head = seal, Events = [line] };
        return state.WriteOrDrop(DeactivateOnIdle);
    }
}
