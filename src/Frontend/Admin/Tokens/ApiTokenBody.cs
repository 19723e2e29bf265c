using Mdm.Fleet.Frontend.Admin.Access;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Grains.Admin;
using Mdm.Fleet.Grains.Users;

namespace Mdm.Fleet.Frontend.Admin.Tokens;

/// <summary>A token to be made. Days null = without an end.</summary>
public sealed record ApiTokenBody(string Name, string Role, int? ExpiresInDays = null)
{
    private const int DaysMax = 3_660;

    private static readonly string[] Reserved = [PersonActs.Prefix, "identity-provider:"];

    /// <exception cref="RefusalException">Some fields are wrong; all are named.</exception>
    public ApiTokenSpec Check(DateTimeOffset now)
    {
        var name = Names.Check(Name);
        return RefusalException.Fields(Problems()) is { } refused
            ? throw refused
            : new ApiTokenSpec(name, Role, ExpiresInDays is { } days ? now.AddDays(days) : null);
    }

    private IEnumerable<(string Field, string Message)> Problems()
    {
        if (Reserved.Any(start => Name.Trim().StartsWith(start, StringComparison.OrdinalIgnoreCase)))
            yield return ("name", $"The audit calls others than tokens so: a name does not begin with {string.Join(" or ", Reserved)}.");
        if (!Roles.All.Contains(Role, StringComparer.Ordinal))
            yield return ("role", $"role is {string.Join(", ", Roles.All)}.");
        if (ExpiresInDays is < 1 or > DaysMax)
            yield return ("expiresInDays", $"expiresInDays is 1 to {DaysMax}, or null.");
    }
}

/// <summary>A token as it is shown once, with the token itself.</summary>
public sealed record ApiTokenCreated(string Id, string Name, string Role, string Token, DateTimeOffset? ExpiresAt, DateTimeOffset? CreatedAt);

/// <summary>A token as it is shown from then on.</summary>
public sealed record ApiTokenObject(string Id, string Name, string Role, DateTimeOffset? ExpiresAt, DateTimeOffset? CreatedAt, bool Revoked)
{
    public static ApiTokenObject Of(ApiTokenView view) => new(view.Id, view.Name, view.Role, view.ExpiresAt, view.CreatedAt, view.Revoked);
}
