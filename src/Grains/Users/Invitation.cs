using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Orleans;

namespace Mdm.Fleet.Grains.Users;

[JsonConverter(typeof(JsonStringEnumConverter<InvitationState>))]
public enum InvitationState
{
    /// <summary>Its mail is still to be taken by the mail server.</summary>
    Queued,

    /// <summary>The mail server has taken it.</summary>
    Sent,

    /// <summary>The person has set a password.</summary>
    Accepted,

    /// <summary>The mail server refused it for good, or for two days.</summary>
    Failed,

    /// <summary>Its time is over, or something made it void.</summary>
    Expired,
}

/// <summary>An invitation as stored with its person: of the links that were mailed only the hashes.</summary>
public sealed record Invitation
{
    /// <summary>Parts one invitation's mails from another's.</summary>
    public string Id { get; init; } = "";

    public InvitationSpec? Spec { get; init; }

    public InvitationState State { get; init; }

    /// <summary>Links that may be with the person: the newest try's, and of earlier ones those whose fate is unknown.</summary>
    public ImmutableArray<string> Links { get; init => field = value.IsDefault ? [] : value; } = [];

    public int Tries { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset ExpiresAt { get; init; }

    public DateTimeOffset? SentAt { get; init; }

    /// <summary>When its mail is to be sent (again); null = never.</summary>
    public DateTimeOffset? NextTry { get; init; }

    /// <summary>What the mail server said last, or why the invitation is void.</summary>
    public string? Detail { get; init; }
}

/// <summary>What an invitation's mail says. Address: where links begin, <c>https://host/invitation/</c>.</summary>
[GenerateSerializer, Immutable, Alias("invitation.spec")]
public sealed record InvitationSpec(
    [property: Id(0)] string Language,
    [property: Id(1)] string Address,
    [property: Id(2)] string Organization);

[GenerateSerializer, Immutable, Alias("invitation.view")]
public sealed record InvitationView(
    [property: Id(0)] InvitationState State,
    [property: Id(1)] string Language,
    [property: Id(2)] string? Detail,
    [property: Id(3)] DateTimeOffset? SentAt,
    [property: Id(4)] DateTimeOffset ExpiresAt,
    [property: Id(5)] int Tries);

public enum InvitationRefusal
{
    NotFound,

    /// <summary>There is no e-mail address, or none that mail can be sent to.</summary>
    NoEmail,

    Disabled,

    /// <summary>The person may register by PIN only: a password would be of no use to them (MU-08).</summary>
    PinOnly,

    /// <summary>An identity provider verifies the person, who has no password here.</summary>
    IdentityProvider,
}

/// <summary>Refusal null = it is queued.</summary>
[GenerateSerializer, Immutable, Alias("invitation.answer")]
public sealed record InvitationAnswer([property: Id(0)] InvitationRefusal? Refusal, [property: Id(1)] InvitationView? View);

/// <summary>Whom a link invites. IsOpen: a password may be set with it now.</summary>
[GenerateSerializer, Immutable, Alias("invitation.guest")]
public sealed record InvitationGuest(
    [property: Id(0)] string UserName,
    [property: Id(1)] string DisplayName,
    [property: Id(2)] string Language,
    [property: Id(3)] InvitationState State,
    [property: Id(4)] bool IsOpen);
