using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Mdm.Fleet.Domain.Catalog;

namespace Mdm.Fleet.Domain.Users;

/// <summary>How a person may register a device and sign in (UG-07, MU-08).</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RegistrationSetting>))]
public enum RegistrationSetting
{
    Password,
    Pin,
    Both,
}

/// <summary>How the person's Apple devices enrol (UG-07).</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AppleEnrollmentType>))]
public enum AppleEnrollmentType
{
    Device,
    User,
}

/// <summary>What holds for people by their groups (UG-07).</summary>
public sealed record UserSettings
{
    public static UserSettings Default { get; } = new();

    public AppleEnrollmentType AppleEnrollmentType { get; init; }

    /// <summary>Whose the devices are that they enrol; null = the setting is off, and the kind of enrolment decides.</summary>
    public Ownership? Ownership { get; init; }

    /// <summary>Devices that a person may hold at once; null = any number.</summary>
    public int? DeviceLimit { get; init; }

    public RegistrationSetting Registration { get; init; }

    public PasswordRules PasswordRules { get; init; } = PasswordRules.Default;

    /// <summary>Null = people sign out by themselves.</summary>
    public AutomaticSignOut? SignOut { get; init; }

    /// <summary>Whose a device is that enrols in this way: what is set, else the person's under User Enrollment alone.</summary>
    public Ownership OwnershipOf(AppleEnrollmentType enrolment) =>
        Ownership ?? (enrolment == AppleEnrollmentType.User ? Catalog.Ownership.User : Catalog.Ownership.Company);
}

/// <summary>
/// Settings for the people of some user groups. Of the entries that hold for a person the one with the smallest priority number counts,
/// then the first by id. ChangedIn: the catalog revision that wrote it.
/// </summary>
public sealed record SettingsEntry(string Id, string Name, ImmutableArray<GroupId> UserGroups, int Priority, UserSettings Values, long ChangedIn = 0)
{
    /// <summary>The entry for everyone whom no other one holds for; it has no groups and stays.</summary>
    public const string DefaultId = "default";

    public static SettingsEntry Default { get; } = new(DefaultId, "Default", [], int.MaxValue, UserSettings.Default);

    [JsonIgnore]
    public bool IsDefault => Id == DefaultId;

    public bool Equals(SettingsEntry? other) =>
        other is not null && Id == other.Id && Name == other.Name && Priority == other.Priority && Values == other.Values && ChangedIn == other.ChangedIn
        && UserGroups.SequenceEqual(other.UserGroups);

    public override int GetHashCode() => Id.GetHashCode(StringComparison.Ordinal);
}
