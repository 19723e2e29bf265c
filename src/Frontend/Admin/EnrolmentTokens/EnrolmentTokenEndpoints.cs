using System.Buffers.Text;
using System.Security.Cryptography;
using Mdm.Fleet.Frontend.Admin.Access;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Frontend.Admin.Idempotency;
using Mdm.Fleet.Grains.Catalog;
using Mdm.Fleet.Grains.Enrollment;
using Mdm.Fleet.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Orleans;

namespace Mdm.Fleet.Frontend.Admin.EnrolmentTokens;

/// <summary>Permissions to enrol devices. Only a token's hash is kept; lists know it by a public id.</summary>
internal static class EnrolmentTokenEndpoints
{
    private const int TokenBytes = 32;
    private const int IdLengthMax = 64;

    public static void Map(RouteGroupBuilder api)
    {
        var tokens = api.MapGroup("/enrolment-tokens").WithTags("Enrolment tokens").Needs(Right.ReadFleet, Right.Invite);
        tokens.MapGet("", ListAsync).WithSummary("Enrolment tokens, without the tokens themselves");
        tokens.MapPost("", CreateAsync)
            .Accepts<EnrolmentTokenBody>("application/json")
            .TakesIdempotencyKey()
            .WithSummary("Make an enrolment token; it is shown once");
        tokens.MapGet("/{id}", ShowAsync).WithSummary("One enrolment token");
        tokens.MapDelete("/{id}", RevokeAsync).WithSummary("Revoke an enrolment token");
    }

    private static async Task<Ok<Listed<RawJson>>> ListAsync(
        IRecordStore store, int? limit, string? cursor, CancellationToken cancellationToken) =>
        TypedResults.Ok(Lists.Show(await store.QueryAsync(
            new IndexQuery("enrolmentToken", After: Lists.After(cursor), Limit: Lists.Limit(limit)), cancellationToken)));

    private static async Task<Created<EnrolmentTokenCreated>> CreateAsync(
        HttpContext http, IGrainFactory grains, FrontendOptions options, TimeProvider time)
    {
        var body = await Body.ReadAsync<EnrolmentTokenBody>(http);
        var spec = body.Check(await grains.GetGrain<ICatalog>(ICatalog.Key).Read(), time.GetUtcNow());
        if (options.PublicUrl is null)
            throw RefusalException.Conflict("no-public-url", "The server was started without --public-url: enrolments carry it, and it can't be changed later.");
        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenBytes));
        var grain = grains.GetGrain<IEnrolmentToken>(ApiTokens.KeyOf(token));
        await grain.Create(spec, Access.Admin.Of(http).Name);
        var view = (await grain.View())!;
        return TypedResults.Created(
            $"/api/v1/enrolment-tokens/{view.Id}",
            new EnrolmentTokenCreated(
                view.Id,
                token,
                options.Address($"/enroll/{token}"),
                spec.Name,
                [.. spec.DeviceGroups.Select(group => group.Value)],
                spec.Uses,
                spec.ExpiresAt,
                body.Kind,
                view.CreatedAt));
    }

    private static async Task<Ok<EnrolmentTokenObject>> ShowAsync(
        IRecordStore store, IGrainFactory grains, string id, CancellationToken cancellationToken) =>
        TypedResults.Ok(EnrolmentTokenObject.Of(
            await (await FindAsync(store, grains, id, cancellationToken)).View() ?? throw RefusalException.NotFound("enrolment token")));

    private static async Task<NoContent> RevokeAsync(HttpContext http, IRecordStore store, IGrainFactory grains, string id)
    {
        var token = await FindAsync(store, grains, id, http.RequestAborted);
        return await token.Revoke(Access.Admin.Of(http).Name) ? TypedResults.NoContent() : throw RefusalException.NotFound("enrolment token");
    }

    private static async Task<IEnrolmentToken> FindAsync(
        IRecordStore store, IGrainFactory grains, string id, CancellationToken cancellationToken)
    {
        if (id.Length > IdLengthMax || !id.All(char.IsAsciiHexDigitLower))
            throw RefusalException.NotFound("enrolment token");
        var page = await store.QueryAsync(new IndexQuery("enrolmentToken", Tag: $"id:{id}", Limit: 1), cancellationToken);
        return page.Rows is [var row] ? grains.GetGrain<IEnrolmentToken>(row.Key) : throw RefusalException.NotFound("enrolment token");
    }
}
