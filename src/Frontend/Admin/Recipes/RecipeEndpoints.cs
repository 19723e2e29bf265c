using Mdm.Fleet.Frontend.Admin.Access;
using Mdm.Fleet.Frontend.Admin.Idempotency;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Mdm.Fleet.Frontend.Admin.Recipes;

/// <summary>Several objects that belong together, made in one call.</summary>
internal static class RecipeEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var recipes = api.MapGroup("/recipes").WithTags("Recipes").Needs(Right.ReadFleet, Right.EditModel);
        recipes.MapPost("/multi-user-owner", MultiUserOwnerAsync)
            .TakesIdempotencyKey()
            .WithSummary("The attribute and the groups that tell nobody's devices from people's");
    }

    private static async Task<Ok<RecipeObject>> MultiUserOwnerAsync(HttpContext http, MultiUserOwner recipe) =>
        TypedResults.Ok(await recipe.MakeAsync(http));
}
