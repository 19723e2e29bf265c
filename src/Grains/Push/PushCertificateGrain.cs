using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Mdm.Fleet.Grains.Records;
using Mdm.Fleet.Storage;
using Orleans;
using Orleans.Runtime;

namespace Mdm.Fleet.Grains.Push;

/// <summary>The push certificate as stored; keys are sealed.</summary>
public sealed record PushCertificateRecord : IStoredState
{
    public string? Topic { get; init; }

    public string? AppleAccount { get; init; }

    public DateTimeOffset NotBefore { get; init; }

    public DateTimeOffset NotAfter { get; init; }

    public byte[]? SealedPkcs12 { get; init; }

    public byte[]? SealedRequestKey { get; init; }

    [JsonIgnore]
    public ImmutableArray<EventLine> Events { get; init; } = [];

    public IndexRow? TakeIndex() => null;

    public ImmutableArray<EventLine> TakeEvents() => Events;

    public ImmutableArray<DueChange> TakeDue() => [];
}

public sealed class PushCertificateGrain(
    [PersistentState("pushCertificate")] IPersistentState<PushCertificateRecord> state,
    TimeProvider time) : Grain, IPushCertificate
{
    private string? _refusal;

    private PushCertificateRecord Certificate => state.State;

    public Task<PushCertificateView?> View() => Task.FromResult(Certificate is { Topic: { } topic, SealedPkcs12: { } pkcs12 }
        ? new PushCertificateView(topic, Certificate.AppleAccount, Certificate.NotBefore, Certificate.NotAfter, pkcs12, _refusal)
        : null);

    public Task KeepRequest(ReadOnlyMemory<byte> sealedKey, string by) =>
        Save(Certificate with { SealedRequestKey = sealedKey.ToArray() }, by, "Request push certificate");

    public Task<ReadOnlyMemory<byte>?> RequestKey() =>
        Task.FromResult(Certificate.SealedRequestKey is { } key ? new ReadOnlyMemory<byte>(key) : (ReadOnlyMemory<byte>?)null);

    public async Task<bool> Put(PushCertificateView certificate, string by)
    {
        if (Certificate.Topic is { } topic && topic != certificate.Topic)
            return false;
        _refusal = null;
        await Save(
            new PushCertificateRecord
            {
                Topic = certificate.Topic,
                AppleAccount = certificate.AppleAccount,
                NotBefore = certificate.NotBefore,
                NotAfter = certificate.NotAfter,
                SealedPkcs12 = certificate.SealedPkcs12.ToArray(),
            },
            by,
            "Put push certificate");
        return true;
    }

    public Task Refused(string? reason)
    {
        _refusal = reason;
        return Task.CompletedTask;
    }

    private Task Save(PushCertificateRecord next, string by, string act)
    {
        state.State = next with { Events = [Lines.Audit(new RecordKey("pushCertificate", IPushCertificate.Key), time.GetUtcNow(), by, act)] };
        return state.WriteOrDrop(DeactivateOnIdle);
    }
}
