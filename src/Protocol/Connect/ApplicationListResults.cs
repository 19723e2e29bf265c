using System.Collections.Immutable;
using Mdm.Fleet.Protocol.Plist;

namespace Mdm.Fleet.Protocol.Connect;

/// <summary>
/// Where the installation of a managed app stands, in Apple's words. UserInstalledApp, UserRejected, UpdateRejected,
/// ManagementRejected and Failed are reported once (apple/protocol-notes.md, section 11).
/// </summary>
public enum ManagedApplicationStatus
{
    /// <summary>Apple's Unknown, or a word that this server does not know.</summary>
    Unknown,
    Queued,
    NeedsRedemption,
    Redeeming,
    Prompting,
    PromptingForLogin,
    ValidatingPurchase,
    PromptingForUpdate,
    PromptingForUpdateLogin,
    PromptingForManagement,
    ValidatingUpdate,
    Updating,
    Installing,
    Managed,
    ManagedButUninstalled,
    UserInstalledApp,
    UserRejected,
    UpdateRejected,
    ManagementRejected,
    Failed,
}

/// <summary>One managed app as the device sees it.</summary>
public sealed record ManagedApplication(
    string BundleId,
    ManagedApplicationStatus Status,
    int ManagementFlags = 0,
    bool HasConfiguration = false,
    bool HasFeedback = false,
    bool IsValidated = true);

/// <summary>The answer to ManagedApplicationList.</summary>
public sealed record ManagedApplicationListResult(ImmutableArray<ManagedApplication> Applications) : CommandResult
{
    private const string Key = "ManagedApplicationList";

    /// <summary>Null when the message carries no list.</summary>
    /// <exception cref="ProtocolException">The message is malformed.</exception>
    public static ManagedApplicationListResult? Decode(ReadOnlySpan<byte> body) =>
        Find(body, "ManagedApplicationList"u8) is PlistValue.Dict apps
            ? new ManagedApplicationListResult([.. apps.Entries.Where(e => e.Value is PlistValue.Dict).Select(e => Read(e.Key, (PlistValue.Dict)e.Value))])
            : null;

    internal override PlistValue.Dict ToDict() => PlistValue.Dict.Of((Key, new PlistValue.Dict(Applications.Select(Write))));

    private static ManagedApplication Read(string bundleId, PlistValue.Dict keys) => new(
        bundleId,
        StatusOf(keys.GetString("Status")),
        (int)Math.Clamp(keys.GetInt64("ManagementFlags") ?? 0, 0, int.MaxValue),
        keys.GetBool("HasConfiguration") ?? false,
        keys.GetBool("HasFeedback") ?? false,
        keys.GetBool("IsValidated") ?? false);

    // Enum.TryParse alone takes numbers for words.
    private static ManagedApplicationStatus StatusOf(string? word) =>
        word is not null && word.All(char.IsAsciiLetter) && Enum.TryParse<ManagedApplicationStatus>(word, out var status)
            ? status
            : ManagedApplicationStatus.Unknown;

    private static KeyValuePair<string, PlistValue> Write(ManagedApplication app) => new(app.BundleId, PlistValue.Dict.Of(
        ("HasConfiguration", app.HasConfiguration),
        ("HasFeedback", app.HasFeedback),
        ("IsValidated", app.IsValidated),
        ("ManagementFlags", app.ManagementFlags),
        ("Status", app.Status.ToString())));
}

/// <summary>One app on the device. Sizes in bytes.</summary>
public sealed record InstalledApplication(
    string Identifier,
    string? Name = null,
    string? Version = null,
    string? ShortVersion = null,
    long? BundleSize = null,
    long? DynamicSize = null,
    bool Installing = false);

/// <summary>The answer to InstalledApplicationList.</summary>
public sealed record InstalledApplicationListResult(ImmutableArray<InstalledApplication> Applications) : CommandResult
{
    /// <summary>Null when the message carries no list.</summary>
    /// <exception cref="ProtocolException">The message is malformed.</exception>
    public static InstalledApplicationListResult? Decode(ReadOnlySpan<byte> body) =>
        FindList(body, "InstalledApplicationList"u8) is { } list
            ? new InstalledApplicationListResult([.. list.Where(a => a.GetString("Identifier") is not null).Select(Read)])
            : null;

    internal override PlistValue.Dict ToDict() => ListDict("InstalledApplicationList", Applications, app => PlistValue.Dict.Of(
        ("BundleSize", app.BundleSize is { } bundle ? bundle : null),
        ("DynamicSize", app.DynamicSize is { } data ? data : null),
        ("Identifier", app.Identifier),
        ("Installing", app.Installing),
        ("Name", app.Name),
        ("ShortVersion", app.ShortVersion),
        ("Version", app.Version)));

    private static InstalledApplication Read(PlistValue.Dict keys) => new(
        keys.GetString("Identifier")!,
        keys.GetString("Name"),
        keys.GetString("Version"),
        keys.GetString("ShortVersion"),
        keys.GetInt64("BundleSize"),
        keys.GetInt64("DynamicSize"),
        keys.GetBool("Installing") ?? false);
}

/// <summary>The answer to InstallApplication: accepted, or why not.</summary>
public sealed record InstallApplicationResult(string? Identifier, string? State, string? RejectionReason = null) : CommandResult
{
    /// <summary>Keys that are absent are null.</summary>
    /// <exception cref="ProtocolException">The message is malformed.</exception>
    public static InstallApplicationResult Decode(ReadOnlySpan<byte> body) =>
        new(Text(body, "Identifier"u8), Text(body, "State"u8), Text(body, "RejectionReason"u8));

    internal override PlistValue.Dict ToDict() => PlistValue.Dict.Of(
        ("Identifier", Identifier), ("RejectionReason", RejectionReason), ("State", State));

    private static string? Text(ReadOnlySpan<byte> body, ReadOnlySpan<byte> key) => (Find(body, key) as PlistValue.String)?.Value;
}
