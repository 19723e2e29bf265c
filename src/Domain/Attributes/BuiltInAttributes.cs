using System.Collections.Immutable;

namespace Mdm.Fleet.Domain.Attributes;

/// <summary>What is known of every person and device without anyone typing it (UG-02, UG-03, UG-05).</summary>
public static class BuiltInAttributes
{
    public static AttributeDefinition UserName { get; } = User("userName", AttributeType.Text, "User name");

    public static AttributeDefinition DisplayName { get; } = User("displayName", AttributeType.Text, "Display name");

    public static AttributeDefinition Email { get; } = User("email", AttributeType.Text, "E-mail address");

    /// <summary>Local, or the id of the identity provider or directory that the person comes from.</summary>
    public static AttributeDefinition Source { get; } = User("source", AttributeType.Text, "Source");

    public static AttributeDefinition IsNobody { get; } = User("isNobody", AttributeType.Boolean, "Is nobody");

    public static AttributeDefinition DeviceName { get; } = Device("deviceName", AttributeType.Text, "Device name");

    public static AttributeDefinition SerialNumber { get; } = Device("serialNumber", AttributeType.Text, "Serial number");

    public static AttributeDefinition Model { get; } = Device("model", AttributeType.Text, "Model");

    public static AttributeDefinition ProductName { get; } = Device("productName", AttributeType.Text, "Product name");

    public static AttributeDefinition OsVersion { get; } = Device("osVersion", AttributeType.Version, "OS version");

    public static AttributeDefinition BuildVersion { get; } = Device("buildVersion", AttributeType.Text, "Build version");

    /// <summary>iOS, MacOS or Other.</summary>
    public static AttributeDefinition Platform { get; } = Device("platform", AttributeType.Text, "Platform");

    public static AttributeDefinition Supervised { get; } = Device("supervised", AttributeType.Boolean, "Supervised");

    /// <summary>Company or user.</summary>
    public static AttributeDefinition Ownership { get; } = Device("ownership", AttributeType.Text, "Ownership");

    /// <summary>Device or User.</summary>
    public static AttributeDefinition EnrollmentType { get; } = Device("enrollmentType", AttributeType.Text, "Enrollment type");

    public static AttributeDefinition ViaUserEnrollment { get; } = Device("enrolledViaUserEnrollment", AttributeType.Boolean, "Enrolled via User Enrollment");

    public static AttributeDefinition ViaAutomatedEnrollment { get; } =
        Device("enrolledViaAutomatedDeviceEnrollment", AttributeType.Boolean, "Enrolled via Automated Device Enrollment");

    public static AttributeDefinition EnrolledAt { get; } = Device("enrolledAt", AttributeType.Date, "Enrolled at");

    /// <summary>Refused in rules: it filters lists, never distribution (DESIGN.md, section 6).</summary>
    public static AttributeDefinition LastSeen { get; } = Device("lastSeen", AttributeType.Date, "Last seen");

    public static ImmutableArray<AttributeDefinition> All { get; } =
    [
        UserName, DisplayName, Email, Source, IsNobody,
        DeviceName, SerialNumber, Model, ProductName, OsVersion, BuildVersion, Platform, Supervised, Ownership, EnrollmentType,
        ViaUserEnrollment, ViaAutomatedEnrollment, EnrolledAt, LastSeen,
    ];

    private static AttributeDefinition User(string name, AttributeType type, string label) =>
        new(AttributeId.Parse(name), name, AttributeScope.User, type, label, BuiltIn: true);

    private static AttributeDefinition Device(string name, AttributeType type, string label) =>
        new(AttributeId.Parse(name), name, AttributeScope.Device, type, label, BuiltIn: true);
}
