using Mdm.Fleet.Domain.Users;
using Mdm.Fleet.Frontend.Admin.Access;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Grains.Admin;
using Mdm.Fleet.Grains.Users;
using Mdm.Fleet.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Orleans;

namespace Mdm.Fleet.Frontend.Admin.Users;

/// <summary>A Managed Apple ID in full.</summary>
public sealed record UnmaskedManagedAppleId(string ManagedAppleId);

/// <summary>Managed Apple IDs are shown masked; seeing one in full, or finding its holder by it, is a right of its own (UG-10).</summary>
internal static class ManagedAppleIdEndpoint
{
    public static void Map(RouteGroupBuilder users) => users.MapPost("/{userName}/managed-apple-id/unmask", UnmaskAsync)
        .Needs(Right.Unmask)
        .WithSummary("A person's Managed Apple ID in full; that it was seen is written down each time");

    /// <summary>The holder's row, for those who may see ids in full and know this one: no list of people is searched by it.</summary>
    public static async Task<IndexPage> HolderAsync(HttpContext http, IRecordStore store, IGrainFactory grains, string text)
    {
        var admin = Access.Admin.Of(http);
        admin.Require(Right.Unmask);
        if (!ManagedAppleId.TryParse(text, out var id))
            throw RefusalException.Field("managedAppleId", "A person is found by their full Managed Apple ID, which looks like an e-mail address.");
        var holder = await grains.GetGrain<IManagedAppleId>(id.Value).Holder();
        var (kind, key) = holder is null ? ("managedAppleId", id.Masked) : ("user", holder);
        await grains.GetGrain<IAuditNotes>(IAuditNotes.Key).Note(kind, key, admin.Name, "Search Managed Apple ID");
        var rows = holder is null ? [] : await store.ReadIndexAsync("user", [holder], http.RequestAborted);
        return new IndexPage([.. rows.Where(row => row.Row.Status != "deleted")], null);
    }

    private static async Task<Ok<UnmaskedManagedAppleId>> UnmaskAsync(HttpContext http, IGrainFactory grains, string userName)
    {
        var name = UserEndpoints.Parse(userName);
        var view = await grains.GetGrain<IUser>(name.Value).View() ?? throw RefusalException.NotFound("person");
        if (view.ManagedAppleId is not { } id || !await grains.GetGrain<IManagedAppleId>(id.Value).Unmask(name.Value, Access.Admin.Of(http).Name))
            throw RefusalException.Conflict("no-managed-apple-id", "This person has no Managed Apple ID.");
        return TypedResults.Ok(new UnmaskedManagedAppleId(id.Value));
    }
}
