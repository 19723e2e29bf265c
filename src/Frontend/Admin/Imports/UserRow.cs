using Mdm.Fleet.Domain.Attributes;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Users;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Frontend.Admin.Users;
using Mdm.Fleet.Grains.Users;

namespace Mdm.Fleet.Frontend.Admin.Imports;

/// <summary>A row of people between what it says and what the API takes.</summary>
internal static class UserRow
{
    /// <summary>What an admin would send; where the row says nothing, what there is, or what a new person begins with. A new person without a name is called by their user name.</summary>
    /// <exception cref="RefusalException">A value that is neither true nor false.</exception>
    public static UserBody Body(ImportColumns columns, CsvRow row, UserName name, UserView? now, CatalogSnapshot catalog)
    {
        var enabled = Bool("enabled");
        var deviceManagement = Bool("deviceManagement");
        return new UserBody(
            columns.Of(row, "displayName") ?? now?.DisplayName ?? name.Value,
            name.Value,
            columns.Of(row, "email") ?? now?.Email,
            columns.Of(row, "password"),
            columns.Of(row, "registration") ?? Words.Camel(now?.Registration ?? RegistrationSetting.Password),
            enabled ?? now?.Enabled ?? true,
            ImportColumns.Ids(columns.Of(row, "groups")) is { } groups ? groups : null,
            columns.Of(row, "managedAppleId"),
            deviceManagement ?? now?.DeviceManagement ?? false,
            columns.Of(row, "source"),
            Bool("invite") ?? false,
            columns.Of(row, "inviteLanguage"),
            columns.Attributes(row, catalog.Compiled.Attributes));

        bool? Bool(string column) => columns.Of(row, column)?.Trim() switch
        {
            null or "" => null,
            var text when bool.TryParse(text, out var value) => value,
            _ => throw RefusalException.Field(column, $"{column} is true or false."),
        };
    }

    /// <summary>Whether a person has all that is said of them. Passwords are not looked at.</summary>
    public static bool IsSame(UserView now, UserSpec spec) =>
        now.DisplayName == spec.DisplayName && now.Email == spec.Email && now.Registration == spec.Registration && now.Enabled == spec.Enabled
        && now.Groups.ToHashSet().SetEquals(spec.Groups) && now.Provider == spec.Provider && now.ManagedAppleId == spec.ManagedAppleId
        && now.DeviceManagement == spec.DeviceManagement && AttributeValues.With(now.Attributes, spec.Attributes).SequenceEqual(now.Attributes);
}
