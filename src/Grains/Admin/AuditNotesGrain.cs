using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Mdm.Fleet.Grains.Records;
using Mdm.Fleet.Storage;
using Orleans;
using Orleans.Runtime;

namespace Mdm.Fleet.Grains.Admin;

/// <summary>How many notes there were; the lines themselves are in the log.</summary>
public sealed record AuditNotesRecord : IStoredState
{
    public long Count { get; init; }

    [JsonIgnore]
    public ImmutableArray<EventLine> Events { get; init; } = [];

    public IndexRow? TakeIndex() => null;

    public ImmutableArray<EventLine> TakeEvents() => Events;

    public ImmutableArray<DueChange> TakeDue() => [];
}

public sealed class AuditNotesGrain([PersistentState("auditNotes")] IPersistentState<AuditNotesRecord> state, TimeProvider time) : Grain, IAuditNotes
{
    public Task Note(string kind, string key, string by, string act)
    {
        state.State = new AuditNotesRecord { Count = state.State.Count + 1, Events = [Lines.Audit(new RecordKey(kind, key), time.GetUtcNow(), by, act)] };
        return state.WriteOrDrop(DeactivateOnIdle);
    }
}
