using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Mdm.Fleet.Grains.Records;
using Mdm.Fleet.Storage;
using Orleans;
using Orleans.Runtime;

namespace Mdm.Fleet.Grains.Users;

/// <summary>The one holder of a Managed Apple ID, as stored.</summary>
public sealed record ManagedAppleIdRecord : IStoredState
{
    public string Holder { get; init; } = "";

    [JsonIgnore]
    public ImmutableArray<EventLine> Events { get; init; } = [];

    /// <summary>In no list: the id stands nowhere but here and with its person.</summary>
    public IndexRow? TakeIndex() => null;

    public ImmutableArray<EventLine> TakeEvents() => Events;

    public ImmutableArray<DueChange> TakeDue() => [];
}

public sealed class ManagedAppleIdGrain(
    [PersistentState("managedAppleId")] IPersistentState<ManagedAppleIdRecord> state,
    TimeProvider time) : Grain, IManagedAppleId
{
    private string? Holding => state.RecordExists ? state.State.Holder : null;

    public async Task<bool> Claim(string userName)
    {
        if (Holding is null)
            await Save(new ManagedAppleIdRecord { Holder = userName });
        return Holding == userName;
    }

    public async Task Release(string userName)
    {
        if (Holding == userName)
        {
            state.State = state.State with { Events = [] };
            await state.ClearOrDrop(DeactivateOnIdle);
        }

        LeaveIfFree();
    }

    public Task<string?> Holder()
    {
        LeaveIfFree();
        return Task.FromResult(Holding);
    }

    public async Task<bool> Unmask(string userName, string by)
    {
        LeaveIfFree();
        if (Holding != userName)
            return false;
        await Save(state.State with { Events = [Lines.Audit(new RecordKey("user", userName), time.GetUtcNow(), by, "See Managed Apple ID in full")] });
        return true;
    }

    /// <summary>What is asked for and held by nobody must not fill the memory.</summary>
    private void LeaveIfFree()
    {
        if (Holding is null)
            DeactivateOnIdle();
    }

    private Task Save(ManagedAppleIdRecord next)
    {
        state.State = next;
        return state.WriteOrDrop(DeactivateOnIdle);
    }
}
