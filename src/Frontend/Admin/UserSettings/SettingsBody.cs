using System.Collections.Immutable;
using System.Globalization;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Users;
using Mdm.Fleet.Frontend.Admin.Configurations;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Grains.Groups;

namespace Mdm.Fleet.Frontend.Admin.UserSettings;

/// <summary>When sessions end by themselves: idleMinutes 5 to 120, at HH:mm in an IANA timeZone, or both.</summary>
[KnownMembersOnly]
public sealed record SignOutBody(int? IdleMinutes = null, string? At = null, string? TimeZone = null)
{
    internal static SignOutBody Of(AutomaticSignOut rule) => new(rule.IdleMinutes, rule.At?.ToString("HH:mm", CultureInfo.InvariantCulture), rule.TimeZone);

    internal AutomaticSignOut? Value => IdleMinutes is null && At is null ? null : new AutomaticSignOut(IdleMinutes, Time, At is null ? null : TimeZone);

    private TimeOnly? Time => TimeOnly.TryParseExact(At, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : null;

    internal IEnumerable<(string Field, string Message)> Problems()
    {
        if (IdleMinutes is < AutomaticSignOut.IdleMinutesMin or > AutomaticSignOut.IdleMinutesMax)
            yield return ("signOut.idleMinutes", $"idleMinutes is {AutomaticSignOut.IdleMinutesMin} to {AutomaticSignOut.IdleMinutesMax}.");
        if (At is not null && Time is null)
            yield return ("signOut.at", "at is a time of day as HH:mm.");
        if (At is null != TimeZone is null || (TimeZone is not null && !AutomaticSignOut.IsTimeZone(TimeZone)))
            yield return ("signOut.timeZone", "timeZone is an IANA name, such as Europe/Berlin; it comes with at, and at with it.");
    }
}

/// <summary>What new passwords must be; see <see cref="PasswordRules"/>.</summary>
[KnownMembersOnly]
public sealed record PasswordRulesBody(int LengthMin = 8, int Lower = 0, int Upper = 0, int Digits = 0, int Symbols = 0, int Classes = 0)
{
    private const int LengthMinMax = 128;
    private const int CountMax = 16;

    internal static PasswordRulesBody Of(PasswordRules rules) => new(rules.LengthMin, rules.Lower, rules.Upper, rules.Digits, rules.Symbols, rules.Classes);

    internal PasswordRules Value => new(LengthMin, Lower, Upper, Digits, Symbols, Classes);

    internal IEnumerable<(string Field, string Message)> Problems()
    {
        if (LengthMin is < 1 or > LengthMinMax)
            yield return ("passwordRules.lengthMin", $"lengthMin is 1 to {LengthMinMax}.");
        foreach (var (name, count) in new[] { ("lower", Lower), ("upper", Upper), ("digits", Digits), ("symbols", Symbols) })
        {
            if (count is < 0 or > CountMax)
                yield return ($"passwordRules.{name}", $"{name} is 0 to {CountMax}.");
        }

        if (Classes is < 0 or > 4)
            yield return ("passwordRules.classes", "classes is 0 to 4.");
    }
}

/// <summary>
/// Settings for the people of some user groups (UG-07). Of several entries that hold for a person the one with the smallest priority counts.
/// What is left out is as by default.
/// </summary>
[KnownMembersOnly(typeof(SettingsObject))]
public sealed record SettingsBody(
    string Name,
    string? Id = null,
    IReadOnlyList<string>? UserGroups = null,
    int? Priority = null,
    string AppleEnrollmentType = "device",
    string OwnershipSetting = "off",
    string? Ownership = null,
    int? DeviceLimit = null,
    string Registration = "password",
    PasswordRulesBody? PasswordRules = null,
    SignOutBody? SignOut = null)
{
    private const int PriorityMax = 9_999;
    private const int PriorityDefault = 1_000;
    private const int DeviceLimitMax = 1_000;

    /// <exception cref="RefusalException">Fields are wrong; all are named.</exception>
    internal SettingsEntry Check(string id, CatalogSnapshot catalog)
    {
        var isDefault = id == SettingsEntry.DefaultId;
        var name = Names.Check(Name);
        if (RefusalException.Fields(Problems(isDefault)) is { } refused)
            throw refused;
        var groups = GroupsOf(catalog);
        return new SettingsEntry(id, name, groups, isDefault ? int.MaxValue : Priority ?? PriorityDefault, Values());
    }

    private ImmutableArray<GroupId> GroupsOf(CatalogSnapshot catalog)
    {
        var everyone = UserGroups?.Contains(IGroupGrain.Everyone) == true;
        var known = DistributionBody.Known(UserGroups is null ? null : [.. UserGroups.Where(id => id != IGroupGrain.Everyone)], "userGroups", catalog.UserGroups);
        return everyone ? [GroupId.Everyone, .. known] : known;
    }

    private Domain.Users.UserSettings Values() => new()
    {
        AppleEnrollmentType = SettingsWords.Parse<AppleEnrollmentType>(AppleEnrollmentType)!.Value,
        Ownership = OwnershipSetting == "on" ? SettingsWords.Parse<Ownership>(Ownership) : null,
        DeviceLimit = DeviceLimit,
        Registration = SettingsWords.Parse<RegistrationSetting>(Registration)!.Value,
        PasswordRules = PasswordRules?.Value ?? Domain.Users.PasswordRules.Default,
        SignOut = SignOut?.Value,
    };

    private IEnumerable<(string Field, string Message)> Problems(bool isDefault)
    {
        if (isDefault && UserGroups is { Count: > 0 })
            yield return ("userGroups", "The default settings hold for everyone whom no others hold for: they have no groups.");
        if (isDefault ? Priority is not null and not int.MaxValue : Priority is < 1 or > PriorityMax)
            yield return ("priority", isDefault ? "The default settings come last: they have no priority." : $"priority is 1 to {PriorityMax}.");
        if (SettingsWords.Parse<AppleEnrollmentType>(AppleEnrollmentType) is null)
            yield return ("appleEnrollmentType", "appleEnrollmentType is device or user.");
        if (OwnershipSetting is not ("off" or "on"))
            yield return ("ownershipSetting", "ownershipSetting is off or on.");
        if (OwnershipSetting == "on" && SettingsWords.Parse<Ownership>(Ownership) is null)
            yield return ("ownership", "ownership is user or company, and is needed where ownershipSetting is on.");
        if (OwnershipSetting == "off" && Ownership is not null)
            yield return ("ownership", "ownership goes with ownershipSetting on.");
        if (DeviceLimit is < 1 or > DeviceLimitMax)
            yield return ("deviceLimit", $"deviceLimit is 1 to {DeviceLimitMax}, or null for any number.");
        if (SettingsWords.Parse<RegistrationSetting>(Registration) is null)
            yield return ("registration", "registration is password, pin or both.");
        foreach (var problem in (PasswordRules?.Problems() ?? []).Concat(SignOut?.Problems() ?? []))
            yield return problem;
    }
}

/// <summary>Values of settings as the API spells them.</summary>
internal static class SettingsWords
{
    /// <summary>Null = no such value, or spelt otherwise.</summary>
    public static T? Parse<T>(string? text)
        where T : struct, Enum => Enum.TryParse<T>(text, ignoreCase: true, out var value) && Words.Camel(value) == text ? value : null;
}
