using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Mdm.Fleet.Domain.Attributes;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Commands;
using Mdm.Fleet.Domain.Devices;
using Mdm.Fleet.Domain.Users;
using Orleans;

namespace Mdm.Fleet.Grains.Devices;

/// <summary>One enrolment; the key is its enrolment id. Every answer that says done is durable.</summary>
[Alias("device")]
public interface IDevice : IGrainWithStringKey
{
    /// <summary>The MDM payload is being installed (PR-01).</summary>
    Task<CheckInOutcome> Authenticate(AuthenticateRequest request);

    /// <summary>A push channel; the first one completes the enrolment. One that changes nothing writes nothing.</summary>
    Task<CheckInOutcome> TokenUpdate(TokenUpdateRequest request);

    Task<CheckInOutcome> CheckOut(string identity);

    /// <summary>One request of the command channel: takes the result that it brings, answers the next command.</summary>
    Task<ConnectReply> Connect(ConnectRequest request);

    /// <summary>Whether an identity belongs to this enrolment: for check-in messages that change nothing here.</summary>
    Task<CheckInOutcome> Recognise(string identity);

    /// <summary>A person whose password was verified takes the device.</summary>
    Task<SignInReply> SignIn(SignInRequest request);

    /// <summary>Ends the session of an epoch; of another epoch it changes nothing. Answers the device as it is then.</summary>
    Task<DeviceView> SignOut(long epoch, string by, long minRevision);

    /// <summary>Ends whatever session there is, by an admin.</summary>
    Task<DeviceView> ForceSignOut(string by, long minRevision);

    /// <summary>The person's groups or name changed, or they may hold devices no more. False = the device is not theirs.</summary>
    Task<bool> OwnerChanged(UserFacts facts, bool mayHold, long minRevision);

    Task<DeviceView> View();

    /// <summary>Whether a person's registration of the device is in force. False = it is over; null = they did not enrol it, or its enrolment has not begun.</summary>
    Task<bool?> IsRegisteredBy(UserName person);

    /// <summary>Somebody looks at the device's sign-in page: a sign of the person who holds it (MU-19).</summary>
    Task<DeviceView> Visit();

    Task<EnqueueReply> Enqueue(EnqueueRequest request);

    /// <summary>Ends the enrolment on an admin's word. False = there is nothing to end.</summary>
    Task<bool> Retire(string by);

    /// <summary>Forgets refusals (of one item, or of all), so that they are tried again now.</summary>
    Task<bool> Retry(ItemId? item, string by);

    /// <summary>Puts the device into a static device group or takes it out. MayCutOff: even if that takes its last network.</summary>
    Task<GiveResult> SetGroup(GroupId group, bool member, long minRevision, string by, bool mayCutOff = false);

    /// <summary>
    /// Sets whose the device is (null = as it is), and values of its custom attributes: an empty one is taken away, all others stay.
    /// MayCutOff: even if that takes its last network.
    /// </summary>
    Task<GiveResult> SetFacts(Ownership? ownership, ImmutableArray<AttributeValue> changes, string by, bool mayCutOff = false);

    /// <summary>
    /// Sets all that an import says, in one write. Of an expectation, by its id, once: what changed since is not undone by a repetition.
    /// MayCutOff: even if that takes the device's last network.
    /// </summary>
    Task<GiveResult> Give(GivenFacts facts, string? expectation, long minRevision, string by, bool mayCutOff = false);

    /// <summary>The person of a session asks for an optional item, or wants it no more. Of another epoch, or an item that is not offered, it changes nothing.</summary>
    Task<DeviceView> Ask(ItemId item, bool wanted, long epoch, long minRevision);

    /// <summary>A due mark's time has come.</summary>
    Task LookAgain(string reason, long mark);

    /// <summary>APNs does not take the push token any more.</summary>
    Task PushRefused(DateTimeOffset since);
}

/// <summary>Whether a device is heard.</summary>
public enum CheckInOutcome
{
    Accepted,

    /// <summary>No such enrolment here: 403 with an empty body, and never more.</summary>
    Unknown,

    /// <summary>The identity is another enrolment's: 403 with an empty body.</summary>
    WrongIdentity,

    /// <summary>An admin ended this enrolment explicitly: the only case in which a device is told to unenrol.</summary>
    Ended,
}

/// <summary>
/// An Authenticate with the identity that the edge has verified. <paramref name="MayRebind"/>: the identity alone proves the
/// enrolment (a reference given out by an admin's token, or a certificate whose name is the UDID), so it may replace another.
/// </summary>
[GenerateSerializer, Immutable, Alias("device.authenticate")]
public sealed record AuthenticateRequest(
    [property: Id(0)] AuthenticateFacts Facts,
    [property: Id(1)] bool MayRebind);

[GenerateSerializer, Immutable, Alias("device.tokenUpdate")]
public sealed record TokenUpdateRequest(
    [property: Id(0)] string Identity,
    [property: Id(1)] string Topic,
    [property: Id(2)] ReadOnlyMemory<byte> Token,
    [property: Id(3)] string Magic,
    [property: Id(4)] ReadOnlyMemory<byte> UnlockToken,
    [property: Id(5)] bool AwaitingConfiguration,
    [property: Id(6)] DateTimeOffset? IdentityExpiresAt = null);

/// <summary>
/// A connect. <paramref name="Report"/>: a result for good; <paramref name="NotNow"/>: the command that was answered NotNow; both
/// null = Idle. <paramref name="InventoryJson"/> is what an inventory answer said, as JSON; <paramref name="IdentityExpiresAt"/> when the
/// presented certificate expires.
/// </summary>
[GenerateSerializer, Immutable, Alias("device.connect")]
public sealed record ConnectRequest(
    [property: Id(0)] string Identity,
    [property: Id(1)] CommandReport? Report = null,
    [property: Id(2)] Guid? NotNow = null,
    [property: Id(3)] ReadOnlyMemory<byte> InventoryJson = default,
    [property: Id(4)] DateTimeOffset? IdentityExpiresAt = null);

/// <summary>The next command to render; null = nothing more. Unlock is the unlock token that ClearPasscode needs.</summary>
[GenerateSerializer, Immutable, Alias("device.connectReply")]
public sealed record ConnectReply(
    [property: Id(0)] CheckInOutcome Outcome,
    [property: Id(1)] QueuedCommand? Command = null,
    [property: Id(2)] string? SignInToken = null,
    [property: Id(3)] ReadOnlyMemory<byte> UnlockToken = default)
{
    /// <summary>What the item's content is filled in with.</summary>
    [Id(4)]
    public ImmutableArray<AttributeValue> Values { get; init => field = value.IsDefault ? [] : value; } = [];

    public static ConnectReply Nothing { get; } = new(CheckInOutcome.Accepted);

    public static ConnectReply Refused(CheckInOutcome outcome) => new(outcome);
}

/// <summary>BegunIn: the epoch in which the person set out for their identity provider; null = they are verified here and now.</summary>
[GenerateSerializer, Immutable, Alias("device.signIn")]
public sealed record SignInRequest(
    [property: Id(0)] UserFacts Facts,
    [property: Id(1)] long MinRevision,
    [property: Id(2)] long? BegunIn = null);

/// <summary>What a device needs to know of the person who holds it: the time of the person is left to the device.</summary>
[GenerateSerializer, Immutable, Alias("user.facts")]
public sealed record UserFacts([property: Id(0)] Owner Person)
{
    [JsonIgnore]
    public UserName User => Person.User;
}

/// <summary>Refusal null = the device is theirs, and the view shows what is on its way.</summary>
[GenerateSerializer, Immutable, Alias("device.signInReply")]
public sealed record SignInReply(
    [property: Id(0)] SignInRefusal? Refusal,
    [property: Id(1)] DeviceView View);

[GenerateSerializer, Immutable, Alias("device.enqueue")]
public sealed record EnqueueRequest(
    [property: Id(0)] CommandBody Body,
    [property: Id(1)] bool Push,
    [property: Id(2)] string By);

public enum EnqueueResult
{
    Queued,
    Coalesced,
    Full,
    NotManaged,

    /// <summary>ClearPasscode without an unlock token of the device.</summary>
    NoUnlockToken,
}

[GenerateSerializer, Immutable, Alias("device.enqueueReply")]
public sealed record EnqueueReply(
    [property: Id(0)] EnqueueResult Result,
    [property: Id(1)] Guid Id);
