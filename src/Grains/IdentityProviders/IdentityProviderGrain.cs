using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Mdm.Fleet.Domain.IdentityProviders;
using Mdm.Fleet.Grains.Records;
using Mdm.Fleet.Grains.Users;
using Mdm.Fleet.Storage;
using Orleans;
using Orleans.Runtime;

namespace Mdm.Fleet.Grains.IdentityProviders;

/// <summary>An identity provider as stored.</summary>
public sealed record IdentityProviderRecord : IStoredState
{
    public const string Kind = "identityProvider";
    public const string Enabled = "enabled";
    public const string Disabled = "disabled";

    public string Id { get; init; } = "";

    public IdentityProviderSpec? Spec { get; init; }

    public bool Deleted { get; init; }

    [JsonIgnore]
    public ImmutableArray<EventLine> Events { get; init; } = [];

    public IndexRow? TakeIndex() => Spec is not { } spec || Deleted
        ? new IndexRow("deleted", "", "{}"u8.ToArray(), [])
        : new IndexRow(spec.Enabled ? Enabled : Disabled, $"{Id} {spec.Name} {spec.Issuer}".ToLowerInvariant(), Summary(spec), []);

    public ImmutableArray<EventLine> TakeEvents() => Events;

    public ImmutableArray<DueChange> TakeDue() => [];

    private ReadOnlyMemory<byte> Summary(IdentityProviderSpec spec)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("id", Id);
            json.WriteString("name", spec.Name);
            json.WriteString("issuer", spec.Issuer);
            json.WriteString("clientId", spec.ClientId);
            json.WriteBoolean("hasClientSecret", !spec.SealedSecret.IsEmpty);
            json.WriteBoolean("createUsers", spec.CreateUsers);
            json.WriteBoolean("enabled", spec.Enabled);
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}

public sealed class IdentityProviderGrain(
    [PersistentState("identityProvider")] IPersistentState<IdentityProviderRecord> state,
    TimeProvider time) : Grain, IIdentityProvider
{
    private IdentityProviderRecord Provider => state.State;

    private bool Exists => Provider is { Spec: not null, Deleted: false };

    public async Task<bool> Create(IdentityProviderSpec spec, string by)
    {
        if (state.RecordExists)
            return false;
        await Save(new IdentityProviderRecord { Id = this.GetPrimaryKeyString(), Spec = spec }, by, "Create identity provider");
        return true;
    }

    public Task<IdentityProviderView?> View()
    {
        if (!state.RecordExists)
            DeactivateOnIdle();
        return Task.FromResult(Exists ? Show() : null);
    }

    public async Task<IdentityProviderChange> Update(IdentityProviderSpec spec, string? etag, string by)
    {
        if (Check(etag) is { } refused)
            return refused;
        await Save(Provider with { Spec = spec }, by, "Update identity provider");
        return new IdentityProviderChange(ChangeResult.Done, Show());
    }

    public async Task<IdentityProviderChange> Delete(string? etag, string by)
    {
        if (Check(etag) is { } refused)
            return refused;
        await Save(Provider with { Spec = null, Deleted = true }, by, "Delete identity provider");
        return new IdentityProviderChange(ChangeResult.Done, null);
    }

    private IdentityProviderChange? Check(string? etag) =>
        !Exists ? new IdentityProviderChange(ChangeResult.NotFound, null)
        : etag is not null && etag != state.Etag ? new IdentityProviderChange(ChangeResult.Stale, Show())
        : null;

    private IdentityProviderView Show() => new(IdentityProviderId.Parse(Provider.Id), Provider.Spec!, state.Etag ?? "");

    private Task Save(IdentityProviderRecord next, string by, string act)
    {
        var key = new RecordKey(IdentityProviderRecord.Kind, this.GetPrimaryKeyString());
        state.State = next with { Events = [Lines.Audit(key, time.GetUtcNow(), by, act)] };
        return state.WriteOrDrop(DeactivateOnIdle);
    }
}
