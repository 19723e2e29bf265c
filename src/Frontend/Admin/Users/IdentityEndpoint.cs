using Mdm.Fleet.Domain.Users;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Grains.Users;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Orleans;

namespace Mdm.Fleet.Frontend.Admin.Users;

/// <summary>The account at an identity provider that a person's first sign-in tied them to.</summary>
internal static class IdentityEndpoint
{
    public static void Map(RouteGroupBuilder users) => users.MapDelete("/{userName}/identity", ClearAsync)
        .WithSummary("Forget which account at the identity provider is the person's: the next sign-in tells it anew");

    private static async Task<NoContent> ClearAsync(HttpContext http, IGrainFactory grains, string userName)
    {
        var name = UserEndpoints.Parse(userName);
        return name != UserName.Nobody && await grains.GetGrain<IUser>(name.Value).ClearIdentity(Access.Admin.Of(http).Name)
            ? TypedResults.NoContent()
            : throw RefusalException.NotFound("identity");
    }
}
