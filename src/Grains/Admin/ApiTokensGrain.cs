using Mdm.Fleet.Storage;
using Orleans;

namespace Mdm.Fleet.Grains.Admin;

/// <summary>Revokes one token at a time: that is all it takes for the last owner token to stay.</summary>
public sealed class ApiTokensGrain(IRecordStore store, TimeProvider time) : Grain, IApiTokens
{
    private const string Owner = "owner";

    public async Task<RevokeResult> Revoke(string token, string by)
    {
        var grain = GrainFactory.GetGrain<IApiToken>(token);
        if (await grain.View() is not { } view)
            return RevokeResult.NotFound;
        if (view is { Role: Owner, ExpiresAt: null } && view.IsValid(time.GetUtcNow()) && !await HasAnotherOwner(token))
            return RevokeResult.LastOwner;
        await grain.Revoke(by);
        return RevokeResult.Done;
    }

    /// <summary>The index is committed with each token, so it misses none that was listed before.</summary>
    private async Task<bool> HasAnotherOwner(string token)
    {
        var owners = await store.QueryAsync(new IndexQuery("apiToken", Status: ApiTokenRecord.Live, Tag: ApiTokenRecord.EndlessTag(Owner), Limit: 2));
        return owners.Rows.Any(row => row.Key != token);
    }
}
