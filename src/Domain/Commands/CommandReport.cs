using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Mdm.Fleet.Domain.Devices;

namespace Mdm.Fleet.Domain.Commands;

/// <summary>How a device answered a command for good. NotNow is no answer: the command stays queued.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ReportStatus>))]
public enum ReportStatus
{
    Acknowledged,
    Error,
    CommandFormatError,
}

/// <summary>A device's answer to one command, decoded at the edge. <paramref name="Detail"/> is the first line of an error chain.</summary>
public sealed record CommandReport(Guid Id, ReportStatus Status, string? Detail = null, ReportContent? Content = null);

/// <summary>What an answer tells beyond its status. A closed family.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "content")]
[JsonDerivedType(typeof(Profiles), "profiles")]
[JsonDerivedType(typeof(ManagedApps), "managedApps")]
[JsonDerivedType(typeof(Information), "information")]
public abstract record ReportContent
{
    private ReportContent()
    {
    }

    /// <summary>ProfileList: every profile that the device admits to.</summary>
    public sealed record Profiles(ImmutableArray<ReportedProfile> Installed) : ReportContent;

    /// <summary>ManagedApplicationList.</summary>
    public sealed record ManagedApps(ImmutableArray<ReportedApp> Apps) : ReportContent;

    /// <summary>DeviceInformation: facts that it told; null members were not told.</summary>
    public sealed record Information(DeviceFacts Facts) : ReportContent;
}

/// <summary>One profile of a ProfileList.</summary>
public sealed record ReportedProfile(string Identifier, Guid Uuid);

/// <summary>One app of a ManagedApplicationList with Apple's Status ("Managed", "Installing", "UserRejected" …).</summary>
public sealed record ReportedApp(string BundleId, string Status);
