using System.Buffers.Text;
using System.Security.Cryptography;
using Mdm.Fleet.Frontend.Admin.Access;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Frontend.Admin.Idempotency;
using Mdm.Fleet.Grains.Admin;
using Mdm.Fleet.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Orleans;

namespace Mdm.Fleet.Frontend.Admin.Tokens;

/// <summary>Tokens of this API. Only a token's hash is kept; lists know it by a public id.</summary>
internal static class ApiTokenEndpoints
{
    private const string Kind = "apiToken";
    private const int TokenBytes = 32;
    private const int IdLengthMax = 64;

    public static void Map(RouteGroupBuilder api)
    {
        var tokens = api.MapGroup("/api-tokens").WithTags("API tokens").Needs(Right.ManageTokens);
        tokens.MapGet("", ListAsync).WithSummary("Tokens of this API, without the tokens themselves");
        tokens.MapPost("", CreateAsync).Accepts<ApiTokenBody>("application/json").TakesIdempotencyKey().WithSummary("Make a token; it is shown once");
        tokens.MapGet("/{id}", ShowAsync).WithSummary("One token");
        tokens.MapDelete("/{id}", RevokeAsync).WithSummary("Revoke a token, and end the sessions that were begun with it");
    }

    private static async Task<Ok<Listed<RawJson>>> ListAsync(IRecordStore store, int? limit, string? cursor, CancellationToken cancellationToken) =>
        TypedResults.Ok(Lists.Show(await store.QueryAsync(
            new IndexQuery(Kind, After: Lists.After(cursor), Limit: Lists.Limit(limit)), cancellationToken)));

    private static async Task<Created<ApiTokenCreated>> CreateAsync(HttpContext http, IGrainFactory grains, TimeProvider time)
    {
        var spec = (await Body.ReadAsync<ApiTokenBody>(http)).Check(time.GetUtcNow());
        var token = "fleet_" + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenBytes));
        var key = ApiTokens.KeyOf(token);
        if (!await grains.GetGrain<IApiTokens>(IApiTokens.Key).Make(key, spec, Access.Admin.Of(http).Name))
            throw RefusalException.Taken(spec.Name);
        var view = (await grains.GetGrain<IApiToken>(key).View())!;
        return TypedResults.Created(
            $"/api/v1/api-tokens/{view.Id}", new ApiTokenCreated(view.Id, view.Name, view.Role, token, view.ExpiresAt, view.CreatedAt));
    }

    private static async Task<Ok<ApiTokenObject>> ShowAsync(IRecordStore store, IGrainFactory grains, string id, CancellationToken cancellationToken) =>
        TypedResults.Ok(ApiTokenObject.Of(
            await grains.GetGrain<IApiToken>(await KeyAsync(store, id, cancellationToken)).View() ?? throw RefusalException.NotFound("token")));

    private static async Task<NoContent> RevokeAsync(
        HttpContext http, IRecordStore store, IGrainFactory grains, ApiTokens tokens, string id)
    {
        var key = await KeyAsync(store, id, http.RequestAborted);
        var result = await grains.GetGrain<IApiTokens>(IApiTokens.Key).Revoke(key, Access.Admin.Of(http).Name);
        tokens.Forget(key);
        return result switch
        {
            RevokeResult.Done => TypedResults.NoContent(),
            RevokeResult.NotFound => throw RefusalException.NotFound("token"),
            RevokeResult.LastOwner => throw RefusalException.Conflict(
                "last-owner", "This is the last owner token without an end: make another one first, or nobody could manage tokens any more."),
            _ => throw new InvalidOperationException($"No answer to {result}."),
        };
    }

    private static async Task<string> KeyAsync(IRecordStore store, string id, CancellationToken cancellationToken)
    {
        if (id.Length > IdLengthMax || !id.All(char.IsAsciiHexDigitLower))
            throw RefusalException.NotFound("token");
        var page = await store.QueryAsync(new IndexQuery(Kind, Tag: ApiTokenRecord.IdTag(id), Limit: 1), cancellationToken);
        return page.Rows is [var row] ? row.Key : throw RefusalException.NotFound("token");
    }
}
