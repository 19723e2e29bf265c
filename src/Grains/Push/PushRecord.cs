using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Mdm.Fleet.Domain.Push;
using Mdm.Fleet.Storage;

namespace Mdm.Fleet.Grains.Push;

/// <summary>A topic's governor as stored: what an admin set; null = as delivered. What waits is not stored: the devices' due marks bring it back.</summary>
public sealed record PushRecord : IStoredState
{
    public int? PerSecond { get; init; }

    public int? Burst { get; init; }

    public int? JitterSeconds { get; init; }

    public PushPause? Pause { get; init; }

    [JsonIgnore]
    public ImmutableArray<EventLine> Events { get; init; } = [];

    public IndexRow? TakeIndex() => null;

    public ImmutableArray<EventLine> TakeEvents() => Events;

    public ImmutableArray<DueChange> TakeDue() => [];

    public static PushRecord Of(GovernorSettings settings, EventLine audit) => new()
    {
        PerSecond = settings.PerSecond,
        Burst = settings.Burst,
        JitterSeconds = settings.JitterSeconds,
        Pause = settings.Pause,
        Events = [audit],
    };

    public GovernorSettings Settings() => new(
        PerSecond ?? GovernorSettings.PerSecondDefault,
        Burst ?? GovernorSettings.BurstDefault,
        JitterSeconds ?? GovernorSettings.JitterSecondsDefault,
        Pause ?? PushPause.None);
}
