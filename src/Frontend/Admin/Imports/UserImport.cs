using Mdm.Fleet.Domain.Attributes;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Users;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Frontend.Admin.Users;
using Mdm.Fleet.Frontend.Invitations;
using Mdm.Fleet.Grains.Users;
using Orleans;

namespace Mdm.Fleet.Frontend.Admin.Imports;

/// <summary>Which people an import may touch.</summary>
internal enum ImportMode
{
    Upsert,
    Create,
    Update,
}

/// <summary>What all imports of people share.</summary>
internal sealed record UserImports(IGrainFactory Grains, InvitationDesk Desk, PasswordTurns Turns, RowFailures Failures);

/// <summary>
/// An import of people: what a row says of a person is set, what it leaves empty stays. Group membership is the person's fact, so that
/// nothing is published.
/// </summary>
internal sealed class UserImport(UserImports all, ImportColumns columns, ImportMode mode, bool isDryRun, string by)
{
    private readonly SeenKeys _seen = new();

    /// <summary>The columns of people, but for their attributes.</summary>
    public static IReadOnlyList<string> Columns { get; } =
    [
        "userName", "displayName", "email", "password", "enabled", "groups", "source", "managedAppleId", "deviceManagement", "registration", "invite", "inviteLanguage",
    ];

    /// <summary>The columns that a file names.</summary>
    /// <exception cref="RefusalException">Some are unknown, or the user name is missing.</exception>
    public static ImportColumns ColumnsOf(CsvRow? header, CatalogSnapshot catalog) =>
        ImportColumns.Of(header, Columns, ["userName"], AttributeScope.User, catalog.Compiled.Attributes);

    /// <summary>Works on a row. Rows are begun in their order; what comes first of a name is what counts.</summary>
    public Task<RowReport> WorkAsync(CsvRow row, CatalogSnapshot catalog)
    {
        if (RowForm.Fault(row, columns) is { } fault)
            return Task.FromResult(fault);
        var given = columns.Of(row, "userName");
        IReadOnlyList<(string, string)> names = [("userName", given ?? "")];
        if (!UserName.TryParse(given, out var name) || !Names.IsText(name.Value))
            return Failed("A user name is 1 to 128 characters without white space, / \\ ? or #.");
        names = [("userName", name.Value)];
        if (name == UserName.Nobody)
            return Failed("nobody is built in: it can't be made or changed by an import.");
        if (_seen.Earlier(name.Value, row.Number) is { } earlier)
            return Failed($"Row {earlier} names the same person.");
        return all.Failures.OfAsync(row.Number, names, () => SetAsync(row, name, catalog));

        Task<RowReport> Failed(string message) => Task.FromResult(RowReport.Failed(row.Number, names, "userName", message));
    }

    /// <summary>Null = somebody changed the person meanwhile.</summary>
    private async Task<RowReport?> SetAsync(CsvRow row, UserName name, CatalogSnapshot catalog)
    {
        var user = all.Grains.GetGrain<IUser>(name.Value);
        var now = await user.View();
        if (now is null ? mode == ImportMode.Update : mode == ImportMode.Create)
            throw RefusalException.Field("userName", now is null ? "There is no such person." : "There is such a person already.");
        var body = UserRow.Body(columns, row, name, now, catalog);
        var spec = body.Check(name, catalog, now) with { Provider = await PersonSource.CheckAsync(body, now?.Provider, all.Grains) };
        if (columns.Of(row, "registration") is null)
            spec = spec with { Registration = now?.Registration };
        var invitation = body.Invite && await NeedsInvitationAsync(user, now, spec) ? await InvitationAsync(name, spec, body.InviteLanguage) : null;
        var result = now is null ? await CreateAsync(user, spec, invitation) : await UpdateAsync(user, now, spec, invitation);
        return result is { } done ? new RowReport(row.Number, done, [("userName", name.Value)]) : null;
    }

    private async Task<RowResult?> CreateAsync(IUser user, UserSpec spec, InvitationSpec? invitation)
    {
        if (isDryRun)
            return RowResult.Created;
        return await InTurnAsync(spec.Password, () => user.Create(spec, by, invitation)) ? RowResult.Created : null;
    }

    /// <summary>A password is compared in earnest alone: a dry run must not tell whose it is.</summary>
    private async Task<RowResult?> UpdateAsync(IUser user, UserView now, UserSpec spec, InvitationSpec? invitation)
    {
        if (!isDryRun && now.HasPassword && spec.Password is { } password && await InTurnAsync(password, () => user.HasPassword(password)))
            spec = spec with { Password = null };
        var isSame = spec.Password is null && UserRow.IsSame(now, spec);
        if (isDryRun || (isSame && invitation is null))
            return isSame && invitation is null ? RowResult.Unchanged : RowResult.Updated;
        if (!isSame && (await InTurnAsync(spec.Password, () => user.Update(spec, now.Etag, by))).Result != ChangeResult.Done)
            return null;
        if (invitation is not null && (await user.Invite(invitation, by)).Refusal is { } refusal)
            throw RefusalException.Field("invite", InvitationDesk.Refused(refusal).Message);
        return RowResult.Updated;
    }

    /// <summary>Someone who has a password, or an invitation that is under way or open, needs none: the same file again changes nothing.</summary>
    private static async Task<bool> NeedsInvitationAsync(IUser user, UserView? now, UserSpec spec) =>
        now is null
        || (!now.HasPassword && spec.Password is null
            && (spec.Email != now.Email || await user.Invitation() is null or { State: InvitationState.Expired or InvitationState.Failed }));

    private async Task<InvitationSpec> InvitationAsync(UserName name, UserSpec spec, string? language)
    {
        try
        {
            return await all.Desk.PrepareAsync(name, spec, language);
        }
        catch (RefusalException refused)
        {
            throw RefusalException.Field("invite", refused.Message);
        }
    }

    private Task<T> InTurnAsync<T>(string? password, Func<Task<T>> act) => password is null ? act() : all.Turns.TakeAsync(act);
}
