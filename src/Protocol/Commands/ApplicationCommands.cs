using System.Collections.Immutable;
using Mdm.Fleet.Protocol.Plist;

namespace Mdm.Fleet.Protocol.Commands;

/// <summary>
/// Installs an app named by exactly one of bundle identifier, App Store id or manifest. Acknowledged means accepted; the managed
/// application list tells the rest (apple/protocol-notes.md, section 11).
/// </summary>
/// <param name="ManagementFlags">1: the app goes with the enrolment; 4: no backup of its data; 5: both.</param>
/// <param name="PurchaseMethod">1 for every install by licence.</param>
/// <param name="ChangeManagementState"><c>Managed</c> takes over an app that the person installed.</param>
public sealed record InstallApplication(
    string? Identifier = null,
    long? ITunesStoreId = null,
    string? ManifestUrl = null,
    int ManagementFlags = 1,
    int? PurchaseMethod = null,
    string? ChangeManagementState = null,
    PlistValue.Dict? Configuration = null) : Command
{
    public override string RequestType => "InstallApplication";

    internal static InstallApplication Read(PlistValue.Dict keys)
    {
        var command = new InstallApplication(
            keys.GetString("Identifier"),
            keys.GetInt64("iTunesStoreID"),
            keys.GetString("ManifestURL"),
            (int)Math.Clamp(keys.GetInt64("ManagementFlags") ?? 0, 0, int.MaxValue),
            (int?)keys.GetDict("Options")?.GetInt64("PurchaseMethod"),
            keys.GetString("ChangeManagementState"),
            keys.GetDict("Configuration"));
        return command is { Identifier: null, ITunesStoreId: null, ManifestUrl: null }
            ? throw new ProtocolException(ProtocolError.MissingKey, "InstallApplication names no app.")
            : command;
    }

    internal override PlistValue.Dict Keys() => PlistValue.Dict.Of(
        ("ChangeManagementState", ChangeManagementState),
        ("Configuration", Configuration),
        ("Identifier", Identifier),
        ("ManagementFlags", ManagementFlags),
        ("ManifestURL", ManifestUrl),
        ("Options", PurchaseMethod is { } method ? PlistValue.Dict.Of(("PurchaseMethod", method)) : null),
        ("iTunesStoreID", CommandKeys.Optional(ITunesStoreId)));
}

/// <summary>Removes a managed app.</summary>
public sealed record RemoveApplication(string Identifier) : Command
{
    public override string RequestType => "RemoveApplication";

    internal override PlistValue.Dict Keys() => PlistValue.Dict.Of(("Identifier", Identifier));
}

/// <summary>Asks for the state of managed apps; of all when no identifiers are given.</summary>
public sealed record ManagedApplicationList(ImmutableArray<string>? Identifiers = null) : Command
{
    public override string RequestType => "ManagedApplicationList";

    internal override PlistValue.Dict Keys() => PlistValue.Dict.Of(("Identifiers", CommandKeys.Names(Identifiers)));
}

/// <summary>Asks for the installed apps.</summary>
/// <param name="Items">The keys wanted for each app (iOS 14); all when null.</param>
public sealed record InstalledApplicationList(
    ImmutableArray<string>? Identifiers = null,
    bool ManagedAppsOnly = false,
    ImmutableArray<string>? Items = null) : Command
{
    public override string RequestType => "InstalledApplicationList";

    internal static InstalledApplicationList Read(PlistValue.Dict keys) => new(
        CommandKeys.Names(keys, "Identifiers"), keys.GetBool("ManagedAppsOnly") ?? false, CommandKeys.Names(keys, "Items"));

    internal override PlistValue.Dict Keys() => PlistValue.Dict.Of(
        ("Identifiers", CommandKeys.Names(Identifiers)),
        ("Items", CommandKeys.Names(Items)),
        ("ManagedAppsOnly", ManagedAppsOnly));
}
