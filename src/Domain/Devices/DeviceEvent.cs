using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Users;

namespace Mdm.Fleet.Domain.Devices;

/// <summary>What happened to a device, as the log and the live page tell it. A closed family.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "event")]
[JsonDerivedType(typeof(Enrolled), "enrolled")]
[JsonDerivedType(typeof(CheckedOut), "checkedOut")]
[JsonDerivedType(typeof(Retired), "retired")]
[JsonDerivedType(typeof(SignedIn), "signIn")]
[JsonDerivedType(typeof(SignedOut), "signOut")]
[JsonDerivedType(typeof(HandOverEnded), "handOver")]
[JsonDerivedType(typeof(CommandEnded), "command")]
[JsonDerivedType(typeof(Ready), "ready")]
[JsonDerivedType(typeof(Asked), "asked")]
public abstract record DeviceEvent
{
    private DeviceEvent()
    {
    }

    [JsonIgnore]
    public string Type => this switch
    {
        Enrolled => "enrolled",
        CheckedOut => "checkedOut",
        Retired => "retired",
        SignedIn => "signIn",
        SignedOut => "signOut",
        HandOverEnded => "handOver",
        CommandEnded => "command",
        Ready => "ready",
        Asked => "asked",
        _ => throw new InvalidOperationException("An unknown event."),
    };

    public sealed record Enrolled(long Epoch, bool Again) : DeviceEvent;

    public sealed record CheckedOut(string Reason) : DeviceEvent;

    public sealed record Retired : DeviceEvent;

    public sealed record SignedIn(UserName User, long Epoch) : DeviceEvent;

    public sealed record SignedOut(UserName User, long Epoch, string By, int Leaving) : DeviceEvent;

    /// <summary>State Cleaning: it had no place among the hand-overs kept; what was left is awaited by the newest one.</summary>
    public sealed record HandOverEnded(UserName User, long Epoch, HandOverState State, ImmutableArray<ItemId> Left) : DeviceEvent;

    /// <summary>A command left the queue. State: Apple's status, or "Voided".</summary>
    public sealed record CommandEnded(Guid Id, string Command, string State, ItemId? Item, string? Detail) : DeviceEvent;

    public sealed record Ready(UserName User, long Epoch, long Milliseconds) : DeviceEvent;

    /// <summary>The person asked for an optional app, or wants it no more.</summary>
    public sealed record Asked(UserName User, long Epoch, ItemId Item, bool Wanted) : DeviceEvent;
}

/// <summary>What a rule answers: the device as it is next, and what happened.</summary>
public sealed record Transition(Device Next, ImmutableArray<DeviceEvent> Events)
{
    public static Transition Of(Device next, params ReadOnlySpan<DeviceEvent> events) => new(next, [.. events]);

    public Transition Then(Func<Device, Transition> rule)
    {
        var after = rule(Next);
        return new Transition(after.Next, Events.AddRange(after.Events));
    }
}
