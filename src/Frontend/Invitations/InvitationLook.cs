using System.Collections.Immutable;
using Mdm.Fleet.Domain.Users;
using Mdm.Fleet.Grains.Users;

namespace Mdm.Fleet.Frontend.Invitations;

public enum InvitationPageState
{
    /// <summary>The form for a new password.</summary>
    Open,

    /// <summary>The password has just been set.</summary>
    Done,

    /// <summary>A password was set with this link before.</summary>
    Used,

    /// <summary>Too late, or void.</summary>
    Expired,

    /// <summary>No such link, or none any more.</summary>
    Unknown,

    /// <summary>Too many unknown links were tried from this address.</summary>
    Locked,
}

/// <summary>Why a new password was not set: csrf, mismatch or rules, and which rules it breaks.</summary>
public sealed record InvitationFault(string Code, ImmutableArray<PasswordFault> Broken);

/// <summary>What a link leads to. Guest: whom it invites, where that may be shown.</summary>
public sealed record InvitationLook(
    InvitationPageState State, InvitationGuest? Guest = null, PasswordRules? Rules = null, InvitationFault? Fault = null, TimeSpan? RetryAfter = null);
