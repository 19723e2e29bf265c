using Mdm.Fleet.Domain.IdentityProviders;
using Mdm.Fleet.Frontend.Admin.Access;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Frontend.Admin.Idempotency;
using Mdm.Fleet.Grains.Admin;
using Mdm.Fleet.Grains.IdentityProviders;
using Mdm.Fleet.Grains.Users;
using Mdm.Fleet.Storage;
using Mdm.Fleet.Storage.Secrets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Orleans;

namespace Mdm.Fleet.Frontend.Admin.IdentityProviders;

/// <summary>Who verifies people instead of passwords here (MU-09).</summary>
internal static class IdentityProviderEndpoints
{
    /// <summary>People of a provider that are counted where it can't be deleted.</summary>
    private const int CountedMax = 10_000;

    public static void Map(RouteGroupBuilder api)
    {
        var providers = api.MapGroup("/identity-providers").WithTags("Identity providers").Needs(Right.ReadFleet, Right.ManageServer);
        providers.MapGet("", ListAsync).WithSummary("Identity providers");
        providers.MapPost("", CreateAsync).Accepts<IdentityProviderBody>("application/json").TakesIdempotencyKey().WithSummary("Add an identity provider");
        providers.MapGet("/{id}", ShowAsync).WithSummary("One identity provider, without its secret");
        providers.MapPut("/{id}", UpdateAsync).Accepts<IdentityProviderBody>("application/json").WithSummary("Change an identity provider");
        providers.MapDelete("/{id}", DeleteAsync).WithSummary("Delete an identity provider that nobody uses");
        providers.MapPost("/{id}/test", TestAsync).WithSummary("Ask the provider for its discovery document and keys; say what is wrong");
    }

    private static async Task<Ok<Listed<RawJson>>> ListAsync(IRecordStore store, int? limit, string? cursor, string? q, CancellationToken cancellationToken)
    {
        var words = Lists.Words(q);
        var query = new IndexQuery(IdentityProviderRecord.Kind, Search: words.FirstOrDefault(), After: Lists.After(cursor), Limit: Lists.Limit(limit));
        return TypedResults.Ok(Lists.Show(await Lists.PageAsync(
            store, query, row => row.Row.Status != "deleted" && words.All(word => row.Row.Search.Contains(word, StringComparison.Ordinal)), cancellationToken)));
    }

    private static async Task<Created<IdentityProviderObject>> CreateAsync(HttpContext http, IGrainFactory grains, SecretBox box, FrontendOptions options)
    {
        var body = await Body.ReadAsync<IdentityProviderBody>(http);
        if (body.Id is not null && !IdentityProviderId.TryParse(body.Id, out _))
            throw RefusalException.Field("id", "An id is 1 to 64 lower-case letters, digits or hyphens, and not local.");
        foreach (var candidate in body.Id is null ? Slugs.For(Names.Check(body.Name)) : [body.Id])
        {
            if (!IdentityProviderId.TryParse(candidate, out var id))
                continue;
            var grain = grains.GetGrain<IIdentityProvider>(id.Value);
            if (await grain.Create(body.Check(id, box), Access.Admin.Of(http).Name))
                return TypedResults.Created($"/api/v1/identity-providers/{id}", Present(http, (await grain.View())!, options));
        }

        throw RefusalException.Taken(body.Id ?? body.Name);
    }

    private static async Task<Ok<IdentityProviderObject>> ShowAsync(HttpContext http, IGrainFactory grains, FrontendOptions options, string id) =>
        TypedResults.Ok(Present(http, await ViewAsync(grains, id), options));

    private static async Task<Ok<IdentityProviderObject>> UpdateAsync(HttpContext http, IGrainFactory grains, IRecordStore store, SecretBox box, FrontendOptions options, string id)
    {
        var body = await Body.ReadAsync<IdentityProviderBody>(http);
        return TypedResults.Ok(Present(http, await Etags.AgainAsync(http, UpdateAsync), options));

        async Task<IdentityProviderView> UpdateAsync()
        {
            var current = await ViewAsync(grains, id);
            if (body.Id is not null && body.Id != current.Id.Value)
                throw RefusalException.Conflict("renamed", "The id of an identity provider can't be changed.");
            var etag = Etags.Expected(http) ?? current.Etag;
            var spec = body.Check(current.Id, box, current.Spec);
            if (spec.Issuer != current.Spec.Issuer)
                await RequireUnusedAsync(store, current.Id, http.RequestAborted);
            return Done(await grains.GetGrain<IIdentityProvider>(current.Id.Value).Update(spec, etag, Access.Admin.Of(http).Name))!;
        }
    }

    private static async Task<NoContent> DeleteAsync(HttpContext http, IGrainFactory grains, IRecordStore store, string id)
    {
        var current = await ViewAsync(grains, id);
        await RequireUnusedAsync(store, current.Id, http.RequestAborted);
        Done(await grains.GetGrain<IIdentityProvider>(current.Id.Value).Delete(Etags.Expected(http), Access.Admin.Of(http).Name));
        return TypedResults.NoContent();
    }

    private static async Task<Ok<IdentityProviderTest>> TestAsync(
        HttpContext http, IGrainFactory grains, SecretBox box, IIdentityProviderClient client, FrontendOptions options, string id, CancellationToken cancellationToken)
    {
        var provider = await ViewAsync(grains, id);
        await grains.GetGrain<IAuditNotes>(IAuditNotes.Key).Note(IdentityProviderRecord.Kind, provider.Id.Value, Access.Admin.Of(http).Name, "Test identity provider");
        var problems = await client.TestAsync(box.OpenSettings(provider), cancellationToken);
        if (options.PublicUrl is null)
            problems = problems.Add("The server was started without --public-url: people can't come back from the provider.");
        return TypedResults.Ok(new IdentityProviderTest(problems.IsEmpty, problems));
    }

    /// <summary>Who is somebody at one issuer is nobody, or somebody else, at another.</summary>
    private static async Task RequireUnusedAsync(IRecordStore store, IdentityProviderId id, CancellationToken cancellationToken)
    {
        if (await PeopleOfAsync(store, id, cancellationToken) is > 0 and var people)
        {
            var many = people >= CountedMax ? $"{CountedMax} people or more sign" : people == 1 ? "1 person signs" : $"{people} people sign";
            throw RefusalException.Conflict("in-use", $"{many} in with this identity provider: give them another source first.");
        }
    }

    private static async Task<int> PeopleOfAsync(IRecordStore store, IdentityProviderId id, CancellationToken cancellationToken)
    {
        var people = 0;
        for (string? after = null; people < CountedMax;)
        {
            var page = await store.QueryAsync(
                new IndexQuery("user", Tag: UserRecord.SourceTag(id), After: after, Limit: RecordLimits.PageRowsMax), cancellationToken);
            people += page.Rows.Length;
            if ((after = page.Next) is null)
                break;
        }

        return people;
    }

    private static async Task<IdentityProviderView> ViewAsync(IGrainFactory grains, string id) =>
        IdentityProviderId.TryParse(id, out var known) && await grains.GetGrain<IIdentityProvider>(known.Value).View() is { } view
            ? view
            : throw RefusalException.NotFound("identity provider");

    private static IdentityProviderView? Done(IdentityProviderChange change) => change.Result switch
    {
        ChangeResult.Done => change.View,
        ChangeResult.NotFound => throw RefusalException.NotFound("identity provider"),
        ChangeResult.Stale => throw RefusalException.Stale(),
        _ => throw new InvalidOperationException($"No answer to {change.Result}."),
    };

    private static IdentityProviderObject Present(HttpContext http, IdentityProviderView view, FrontendOptions options)
    {
        Etags.Show(http, view.Etag);
        return IdentityProviderObject.Of(view, SignIn.ProviderDesk.RedirectUri(options));
    }
}
