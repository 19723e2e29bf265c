using System.Collections.Immutable;
using System.Text.Json;
using Mdm.Fleet.Domain.Attributes;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Devices;
using Mdm.Fleet.Domain.IdentityProviders;
using Mdm.Fleet.Domain.Mail;
using Mdm.Fleet.Domain.Users;
using Mdm.Fleet.Frontend.Admin.Attributes;
using Mdm.Fleet.Frontend.Admin.Configurations;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Frontend.Admin.UserSettings;
using Mdm.Fleet.Grains.Groups;
using Mdm.Fleet.Grains.Users;

namespace Mdm.Fleet.Frontend.Admin.Users;

/// <summary>
/// What an admin says of a person. Password null = unchanged, and a new person can't sign in yet; groups null = unchanged. Registration:
/// password, pin or both; null = by the settings for their groups. Managed Apple ID null, or masked as it was shown = unchanged; empty = none. Attributes: values to set by name, null
/// takes one away; those left out stay.
/// Source: local or the id of an identity provider; null = unchanged, and local for a new person.
/// Invite: of a new person, invite them by mail, in the language given.
/// </summary>
public sealed record UserBody(
    string DisplayName,
    string? UserName = null,
    string? Email = null,
    string? Password = null,
    string? Registration = null,
    bool Enabled = true,
    IReadOnlyList<string>? Groups = null,
    string? ManagedAppleId = null,
    bool DeviceManagement = false,
    string? Source = null,
    bool Invite = false,
    string? InviteLanguage = null,
    IReadOnlyDictionary<string, JsonElement>? Attributes = null)
{
    /// <summary>A group of a person is a tag of their index row, and of their device's.</summary>
    public const int GroupsMax = 48;

    /// <summary>Checks all fields.</summary>
    /// <exception cref="RefusalException">Some are wrong; all are named.</exception>
    public UserSpec Check(UserName user, CatalogSnapshot catalog, UserView? now = null)
    {
        var idNow = now?.ManagedAppleId;
        var displayName = Names.Check(DisplayName, "displayName");
        var registration = SettingsWords.Parse<RegistrationSetting>(Registration);
        var attributes = AttributeTexts.Check(Attributes, catalog.Compiled.Attributes, AttributeScope.User, now?.Attributes ?? []);
        var email = string.IsNullOrWhiteSpace(Email) ? null : Email.Trim();
        var facts = new Owner(user, displayName, GroupsOr(now?.Groups ?? []), default) { Email = email, Attributes = AttributeValues.With(now?.Attributes ?? [], attributes) };
        if (RefusalException.Fields(Problems(user, PersonRules.Of(catalog, facts), Registration is null || registration is not null, now)) is { } refused)
            throw refused;
        var groups = Groups is null ? catalog.Live(now?.Groups ?? [], ofDevices: false) : DistributionBody.Static([.. Groups.Where(id => id != IGroupGrain.Everyone)], "groups", catalog.UserGroups);
        return groups.Length > GroupsMax
            ? throw RefusalException.Field("groups", $"A person is in at most {GroupsMax} groups.")
            : new UserSpec(
                displayName,
                email,
                Password,
                registration,
                Enabled,
                groups,
                ManagedAppleId: IdOf(idNow),
                DeviceManagement: DeviceManagement)
            {
                Attributes = attributes,
            };
    }

    /// <summary>The groups that the person will be in, as far as they are groups.</summary>
    private ImmutableArray<GroupId> GroupsOr(ImmutableArray<GroupId> now) =>
        Groups is null ? now : [.. Groups.Where(id => GroupId.TryParse(id, out _)).Select(GroupId.Parse)];

    private bool KeepsId(ManagedAppleId? now) => ManagedAppleId is null || ManagedAppleId == now?.Masked;

    private ManagedAppleId? IdOf(ManagedAppleId? now) =>
        KeepsId(now) ? now : Domain.Users.ManagedAppleId.TryParse(ManagedAppleId, out var id) ? id : null;

    private IEnumerable<(string Field, string Message)> Problems(UserName user, PasswordRules rules, bool isRegistration, UserView? now)
    {
        if (!isRegistration)
            yield return ("registration", "registration is password, pin or both.");
        if (!string.IsNullOrWhiteSpace(Email) && Email.Trim() != now?.Email && !MailAddress.TryParse(Email.Trim(), null, out _))
            yield return ("email", "This is no e-mail address that mail can be sent to.");
        foreach (var fault in Password is { } password ? rules.Check(password, user) : [])
            yield return ("password", fault.Message);
        if (!KeepsId(now?.ManagedAppleId) && ManagedAppleId!.Trim().Length > 0 && !Domain.Users.ManagedAppleId.TryParse(ManagedAppleId, out _))
            yield return ("managedAppleId", "A Managed Apple ID looks like an e-mail address; send null, or the masked text as shown, to keep the one there is.");
    }
}

/// <summary>
/// A person as shown, the Managed Apple ID masked (UG-10). Nobody is one too, built in. Groups are those they were put in; effective ones,
/// all that they are in.
/// </summary>
public sealed record UserObject(
    string Id,
    string UserName,
    string DisplayName,
    string? Email,
    bool HasPassword,
    string? Registration,
    bool Enabled,
    IReadOnlyList<string> Groups,
    IReadOnlyList<string> Devices,
    bool BuiltIn,
    string Etag,
    string? ManagedAppleId = null,
    bool DeviceManagement = false,
    string Source = IdentityProviderId.Local)
{
    /// <summary>The last one; null = never invited.</summary>
    public InvitationObject? Invitation { get; init; }

    /// <summary>The PIN that serves now; null = none.</summary>
    public PinObject? Pin { get; init; }

    /// <summary>What holds for the person by their groups; null for nobody.</summary>
    public SettingsObject? Settings { get; init; }

    /// <summary>Whether the account at the person's identity provider is known: no other one with their name is let in.</summary>
    public bool HasIdentity { get; init; }

    public IReadOnlyDictionary<string, JsonElement> Attributes { get; init; } = new Dictionary<string, JsonElement>();

    public IReadOnlyList<string> EffectiveGroups { get; init; } = [];

    public static UserObject Of(UserView view, CatalogSnapshot catalog) => new UserObject(
        view.UserName,
        view.UserName,
        view.DisplayName,
        view.Email,
        view.HasPassword,
        view.Registration is { } registration ? Words.Camel(registration) : null,
        view.Enabled,
        [.. catalog.Live(view.Groups, ofDevices: false).Select(group => group.Value)],
        [.. view.Devices.Select(device => device.Value)],
        false,
        view.Etag,
        view.ManagedAppleId?.Masked,
        view.DeviceManagement,
        view.Provider?.Value ?? IdentityProviderId.Local)
    {
        HasIdentity = view.HasIdentity,
    }.With(view.Facts, catalog);

    /// <summary>Nobody's facts live in the catalog (MU-15). Its devices are a filter of the device list: owner=nobody.</summary>
    public static UserObject Nobody(CatalogSnapshot catalog) => new UserObject(
        "nobody", "nobody", "nobody", null, false, null, true, [.. catalog.NobodyGroups.Select(group => group.Value)], [], true, $"c{catalog.Revision}")
        .With(catalog.Compiled.Nobody, catalog);

    private UserObject With(Owner facts, CatalogSnapshot catalog) => this with
    {
        Attributes = AttributeTexts.Show(facts.Attributes, catalog.Compiled.Attributes),
        EffectiveGroups = [.. catalog.Compiled.UserGroupsOf(facts).Select(group => group.Value)],
    };
}
