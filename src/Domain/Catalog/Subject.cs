using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;
using Mdm.Fleet.Domain.Attributes;
using Mdm.Fleet.Domain.Devices;
using Mdm.Fleet.Domain.Enrollment;

namespace Mdm.Fleet.Domain.Catalog;

/// <summary>All that rules and distributions see of a device and of who holds it. Nobody's own facts are the catalog's.</summary>
public sealed record Subject(EnrollmentKind Kind, DeviceFacts Facts, ImmutableArray<GroupId> Groups, Owner Owner)
{
    public Ownership Ownership { get; init; }

    public DateTimeOffset EnrolledAt { get; init; }

    /// <summary>The values of the device's custom attributes.</summary>
    public ImmutableArray<AttributeValue> Attributes { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Optional items that the person of this session asked for.</summary>
    public ImmutableArray<ItemId> Asked { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>iOS and iPadOS only, never on a user-enrolled device (MU-07).</summary>
    [JsonIgnore]
    public bool TakesSignIn => Kind != EnrollmentKind.User && Facts.Platform == Platform.IOS;

    /// <summary>The same device in the hands of someone else.</summary>
    public Subject HeldBy(Owner owner) => this with { Owner = owner, Asked = [] };

    /// <summary>An attribute's value as text; null = there is none. <paramref name="owner"/>: who holds the device, with nobody's facts where nobody does.</summary>
    internal string? Text(AttributeId attribute, Owner owner) => attribute.Value switch
    {
        "deviceName" => Facts.Name,
        "serialNumber" => Facts.SerialNumber,
        "model" => Facts.Model,
        "productName" => Facts.ProductName,
        "osVersion" => Facts.OsVersion,
        "buildVersion" => Facts.BuildVersion,
        "platform" => PlatformName,
        "supervised" => Facts.Supervised switch { true => "true", false => "false", null => null },
        "ownership" => Ownership == Ownership.Company ? "company" : "user",
        "enrollmentType" => Kind == EnrollmentKind.User ? "User" : "Device",
        "enrolledViaUserEnrollment" => Kind == EnrollmentKind.User ? "true" : "false",
        "enrolledViaAutomatedDeviceEnrollment" => Kind == EnrollmentKind.Automated ? "true" : "false",
        "enrolledAt" => EnrolledAt == default ? null : EnrolledAt.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        _ => owner.Text(attribute) ?? AttributeValues.Find(Attributes, attribute),
    };

    private string PlatformName => Facts.Platform switch { Platform.IOS => "iOS", Platform.MacOS => "macOS", _ => "other" };
}

/// <summary>Whose a device is (UG-07).</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Ownership>))]
public enum Ownership
{
    Company,
    User,
}
