namespace Mdm.Fleet.Frontend.Admin.Access;

/// <summary>What an endpoint asks of whoever calls it. Which role has which right: <see cref="Roles"/>.</summary>
public enum Right
{
    /// <summary>To see and end the own session; every role has it.</summary>
    OwnSession,

    /// <summary>To read devices, people, groups, items and the rest of the fleet.</summary>
    ReadFleet,

    /// <summary>To read what admins did.</summary>
    ReadAudit,

    /// <summary>To change people, groups, attributes, items, distribution and settings.</summary>
    EditModel,

    /// <summary>To send commands, sign people out, retry, retire, pause and resume.</summary>
    ActOnDevices,

    /// <summary>To make and revoke enrolment tokens, invitations and PINs.</summary>
    Invite,

    /// <summary>To see a Managed Apple ID in full, and to find its holder by it.</summary>
    Unmask,

    /// <summary>To make, list and revoke tokens of this API.</summary>
    ManageTokens,

    /// <summary>To change the push certificate, identity providers and mail settings, and to copy the store.</summary>
    ManageServer,
}
