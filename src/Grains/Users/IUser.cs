using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Mdm.Fleet.Domain.Attributes;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Devices;
using Mdm.Fleet.Domain.Enrollment;
using Mdm.Fleet.Domain.IdentityProviders;
using Mdm.Fleet.Domain.Mail;
using Mdm.Fleet.Domain.Users;
using Mdm.Fleet.Grains.Devices;
using Orleans;

namespace Mdm.Fleet.Grains.Users;

/// <summary>A person; the key is the case-folded user name. Nobody has no record: its facts live in the catalog.</summary>
[Alias("user")]
public interface IUser : IGrainWithStringKey
{
    /// <summary>Adds the person, and invites them in the same write. False = the name is taken.</summary>
    /// <exception cref="ManagedAppleIdTakenException"/>
    Task<bool> Create(UserSpec spec, string by, InvitationSpec? invitation = null);

    Task<UserView?> View();

    /// <summary>What rules see of the person; null = there is none.</summary>
    Task<UserFacts?> Person();

    /// <summary>Changes the person; the etag given must be the current one where it is given.</summary>
    /// <exception cref="ManagedAppleIdTakenException"/>
    Task<UserChange> Update(UserSpec spec, string? etag, string by);

    /// <summary>Deletes the person; their devices become nobody's.</summary>
    Task<UserChange> Delete(string? etag, string by);

    Task<UserChange> SetGroup(GroupId group, bool member, string by);

    /// <summary>Sets values of the person's attributes; an empty one is taken away, all others stay.</summary>
    Task<UserChange> SetAttributes(ImmutableArray<AttributeValue> changes, string? etag, string by);

    /// <summary>Whether this is the person's password: an import that brings it again changes nothing. Takes as long as a sign-in.</summary>
    Task<bool> HasPassword(string password);

    /// <summary>Verifies the password and registers the device as theirs before it changes owner.</summary>
    Task<Credentials> Verify(string password, EnrollmentId device);

    /// <summary>
    /// The person's identity provider has verified them just now: registers the device as theirs before it changes owner. Subject: the
    /// provider's own id of them, kept from the first time on; another one is another person with their name.
    /// </summary>
    Task<Credentials> VerifiedBy(IdentityProviderId provider, string subject, EnrollmentId device);

    /// <summary>Forgets the provider's own id of the person: the next one counts. False = none is known.</summary>
    Task<bool> ClearIdentity(string by);

    /// <summary>What was verified has reached the device, or was refused there. Where this word is lost, a minute stands for it.</summary>
    Task SignInEnded(EnrollmentId device);

    /// <summary>A device may be theirs no more: the register entry goes if the device says so and no sign-in to it is under way.</summary>
    Task Released(EnrollmentId device);

    /// <summary>Makes a PIN for registering a device, in place of an earlier one. Null = no such person. It is told here and never again.</summary>
    Task<IssuedPin?> IssuePin(TimeSpan life, string by);

    /// <summary>The PIN serves no more. False = there is none.</summary>
    Task<bool> VoidPin(string by);

    /// <summary>Until when the person's PIN serves; null = there is none.</summary>
    Task<DateTimeOffset?> PinExpiresAt();

    /// <summary>
    /// Verifies a password or a PIN, as the person may register, and that they may hold one more device. A right PIN has served. Place: where the
    /// tries come from.
    /// </summary>
    Task<Credentials> Register(string secret, EnrollmentId place);

    /// <summary>
    /// A device enrols by the person's registration: it counts from now on. False = they may not enrol it: all that is asked at the registration holds
    /// still, and a device limit counts what they hold and what they have enrolled.
    /// </summary>
    Task<bool> Enrols(EnrollmentId device);

    /// <summary>Queues an invitation by mail; the links of an earlier one serve no more.</summary>
    Task<InvitationAnswer> Invite(InvitationSpec spec, string by);

    /// <summary>The last invitation; null = there was none.</summary>
    Task<InvitationView?> Invitation();

    /// <summary>Whom a link invites, by its hash; null = it is not a link of theirs.</summary>
    Task<InvitationGuest?> Guest(string link);

    /// <summary>Sets the password, which uses up the link. The guest as before; null or not open = nothing was set.</summary>
    Task<InvitationGuest?> AcceptInvitation(string link, string password);

    /// <summary>What became of a try to send an invitation, as a turn of its own.</summary>
    Task InvitationAnswered(string id, int tries, MailResult result);

    /// <summary>A due mark's time has come: tells devices what they have not been told yet, or sends the invitation.</summary>
    Task LookAgain(string reason, long mark);
}

/// <summary>
/// What an admin says of a person. Password null = unchanged; a person without one can't sign in. Provider: who verifies the person
/// instead of a password here; null = a password does. Registration null = by the settings for their groups.
/// </summary>
[GenerateSerializer, Immutable, Alias("user.spec")]
public sealed record UserSpec(
    [property: Id(0)] string DisplayName,
    [property: Id(1)] string? Email,
    [property: Id(2)] string? Password,
    [property: Id(3)] RegistrationSetting? Registration,
    [property: Id(4)] bool Enabled,
    [property: Id(5)] ImmutableArray<GroupId> Groups,
    [property: Id(6)] IdentityProviderId? Provider = null,
    [property: Id(7)] ManagedAppleId? ManagedAppleId = null,
    [property: Id(8)] bool DeviceManagement = false)
{
    /// <summary>Values of custom attributes to set; an empty one is taken away, all others stay.</summary>
    [Id(9)]
    public ImmutableArray<AttributeValue> Attributes { get; init => field = value.IsDefault ? [] : value; } = [];
}

[GenerateSerializer, Immutable, Alias("user.view")]
public sealed record UserView(
    [property: Id(0)] string UserName,
    [property: Id(1)] string DisplayName,
    [property: Id(2)] string? Email,
    [property: Id(3)] bool HasPassword,
    [property: Id(4)] RegistrationSetting? Registration,
    [property: Id(5)] bool Enabled,
    [property: Id(6)] ImmutableArray<GroupId> Groups,
    [property: Id(7)] ImmutableArray<EnrollmentId> Devices,
    [property: Id(8)] string Etag,
    [property: Id(9)] IdentityProviderId? Provider = null,
    [property: Id(10)] ManagedAppleId? ManagedAppleId = null,
    [property: Id(11)] bool DeviceManagement = false)
{
    /// <summary>The values of the person's custom attributes.</summary>
    [Id(12)]
    public ImmutableArray<AttributeValue> Attributes { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Whether the provider's own id of the person is known.</summary>
    [Id(13)]
    public bool HasIdentity { get; init; }

    /// <summary>What rules see of the person.</summary>
    [JsonIgnore]
    public Owner Facts => new(Domain.Users.UserName.Parse(UserName), DisplayName, Groups, default) { Email = Email, Source = Provider?.Value, Attributes = Attributes };
}

public enum ChangeResult
{
    Done,
    NotFound,

    /// <summary>The etag given is not the current one.</summary>
    Stale,

    /// <summary>The id is another one's.</summary>
    Taken,

    /// <summary>The catalog does not take it.</summary>
    Refused,
}

[GenerateSerializer, Immutable, Alias("user.change")]
public sealed record UserChange([property: Id(0)] ChangeResult Result, [property: Id(1)] UserView? View);

public enum CredentialsResult
{
    Verified,

    /// <summary>No such person, or a wrong password: told alike.</summary>
    Wrong,

    /// <summary>The person may register by PIN only: they need a password here (MU-08).</summary>
    PinOnly,

    /// <summary>The password is right and the person may not sign in.</summary>
    Disabled,

    /// <summary>Too many wrong passwords: refused for a while, right or wrong.</summary>
    Locked,

    /// <summary>The person's identity provider verifies them, no password here.</summary>
    IdentityProvider,

    /// <summary>The person holds as many devices as their settings allow (UG-07).</summary>
    DeviceLimit,

    /// <summary>The person may not enrol devices (UG-11).</summary>
    NotAllowed,

    /// <summary>The person's devices enrol by User Enrollment only (UG-07).</summary>
    UserEnrollment,

    /// <summary>The provider's own id is not the one that it told at their first sign-in: somebody else has their name there now.</summary>
    OtherIdentity,
}

/// <summary>A PIN of eight digits, told once.</summary>
[GenerateSerializer, Immutable, Alias("user.pin")]
public sealed record IssuedPin([property: Id(0)] string Pin, [property: Id(1)] DateTimeOffset ExpiresAt);

[GenerateSerializer, Immutable, Alias("user.credentials")]
public sealed record Credentials(
    [property: Id(0)] CredentialsResult Result,
    [property: Id(1)] UserFacts? Facts,
    [property: Id(2)] DateTimeOffset? LockedUntil,
    [property: Id(3)] IdentityProviderId? Provider = null);
