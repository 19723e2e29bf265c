using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Mdm.Fleet.Grains.Records;
using Mdm.Fleet.Storage;
using Orleans;
using Orleans.Runtime;

namespace Mdm.Fleet.Grains.Enrollment;

/// <summary>An enrolment token as stored: the token itself is nowhere, only its hash, which is the key.</summary>
public sealed record EnrolmentTokenRecord : IStoredState
{
    public string Id { get; init; } = "";

    public EnrolmentTokenSpec? Spec { get; init; }

    public int Used { get; init; }

    /// <summary>The latest references that were counted, so that a repeated call counts nothing.</summary>
    public ImmutableArray<string> Counted { get; init => field = value.IsDefault ? [] : value; } = [];

    public bool Revoked { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    [JsonIgnore]
    public ImmutableArray<EventLine> Events { get; init; } = [];

    public IndexRow? TakeIndex()
    {
        var buffer = new ArrayBufferWriter<byte>(128);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("id", Id);
            json.WriteString("name", Spec?.Name);
            json.WriteNumber("used", Used);
            if (Spec?.Uses is { } uses)
                json.WriteNumber("uses", uses);
            if (Spec?.ExpiresAt is { } expires)
                json.WriteString("expiresAt", expires);
            json.WriteString("createdAt", CreatedAt);
            json.WriteBoolean("revoked", Revoked);
            json.WriteEndObject();
        }

        return new IndexRow(Revoked ? "revoked" : "live", (Spec?.Name ?? "").ToLowerInvariant(), buffer.WrittenMemory, [$"id:{Id}"]);
    }

    public ImmutableArray<EventLine> TakeEvents() => Events;

    public ImmutableArray<DueChange> TakeDue() => [];
}

public sealed class EnrolmentTokenGrain(
    [PersistentState("enrolmentToken")] IPersistentState<EnrolmentTokenRecord> state,
    TimeProvider time) : Grain, IEnrolmentToken
{
    private const int CountedKept = 32;

    private EnrolmentTokenRecord Token => state.State;

    public Task Create(EnrolmentTokenSpec spec, string by) =>
        Save(new EnrolmentTokenRecord { Id = this.GetPrimaryKeyString()[..16], Spec = spec, CreatedAt = time.GetUtcNow() }, by, "Create enrolment token");

    public Task<EnrolmentTokenView?> View()
    {
        LeaveIfUnknown();
        return Task.FromResult(state.RecordExists ? Show() : null);
    }

    public Task<EnrolmentTokenView?> Open()
    {
        LeaveIfUnknown();
        var isOpen = Token is { Spec: { } spec, Revoked: false } && !(spec.ExpiresAt <= time.GetUtcNow()) && !(Token.Used >= spec.Uses);
        return Task.FromResult(isOpen ? Show() : null);
    }

    public async Task<bool> Use(string reference)
    {
        LeaveIfUnknown();
        if (Token.Counted.Contains(reference))
            return true;
        if (Token is not { Spec: { } spec, Revoked: false } || Token.Used >= spec.Uses)
            return false;
        var kept = Token.Counted.Length < CountedKept ? Token.Counted : Token.Counted.RemoveAt(0);
        await Save(Token with { Used = Token.Used + 1, Counted = kept.Add(reference) });
        return true;
    }

    public async Task<bool> Revoke(string by)
    {
        if (!state.RecordExists)
            return false;
        await Save(Token with { Revoked = true }, by, "Revoke enrolment token");
        return true;
    }

    /// <summary>Guessed tokens must not fill the memory.</summary>
    private void LeaveIfUnknown()
    {
        if (!state.RecordExists)
            DeactivateOnIdle();
    }

    private EnrolmentTokenView Show() => new(Token.Id, Token.Spec!, Token.Used, Token.Revoked, Token.CreatedAt);

    private Task Save(EnrolmentTokenRecord next, string? by = null, string? act = null)
    {
        var key = new RecordKey("enrolmentToken", this.GetPrimaryKeyString());
        state.State = next with { Events = by is null ? [] : [Lines.Audit(key, time.GetUtcNow(), by, act!)] };
        return state.WriteOrDrop(DeactivateOnIdle);
    }
}
