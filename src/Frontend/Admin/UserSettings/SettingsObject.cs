using System.Globalization;
using Mdm.Fleet.Domain.Users;
using Mdm.Fleet.Frontend.Admin.Http;

namespace Mdm.Fleet.Frontend.Admin.UserSettings;

/// <summary>Settings as shown. Of a person: those that hold for them, with the id of the entry that they come from.</summary>
public sealed record SettingsObject(
    string Id,
    string Name,
    bool BuiltIn,
    IReadOnlyList<string> UserGroups,
    int? Priority,
    string AppleEnrollmentType,
    string OwnershipSetting,
    string? Ownership,
    int? DeviceLimit,
    string Registration,
    PasswordRulesBody PasswordRules,
    SignOutBody? SignOut,
    string Etag)
{
    internal static SettingsObject Of(SettingsEntry entry) => new(
        entry.Id,
        entry.Name,
        entry.IsDefault,
        [.. entry.UserGroups.Select(group => group.Value)],
        entry.IsDefault ? null : entry.Priority,
        Words.Camel(entry.Values.AppleEnrollmentType),
        entry.Values.Ownership is null ? "off" : "on",
        entry.Values.Ownership is { } ownership ? Words.Camel(ownership) : null,
        entry.Values.DeviceLimit,
        Words.Camel(entry.Values.Registration),
        PasswordRulesBody.Of(entry.Values.PasswordRules),
        entry.Values.SignOut is { } signOut ? SignOutBody.Of(signOut) : null,
        entry.ChangedIn.ToString(CultureInfo.InvariantCulture));
}
