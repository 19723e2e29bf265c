using Mdm.Fleet.Storage;
using Orleans;

namespace Mdm.Fleet.Grains.Admin;

/// <summary>Makes and revokes one token at a time: that is all it takes for names to differ and the last owner token to stay.</summary>
public sealed class ApiTokensGrain(IRecordStore store, TimeProvider time) : Grain, IApiTokens
{
    private const string Owner = "owner";

    public async Task<bool> Make(string token, ApiTokenSpec spec, string by) => !await IsTaken(spec.Name) && await GrainFactory.GetGrain<IApiToken>(token).Make(spec, by);

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

    private async Task<bool> IsTaken(string name)
    {
        var now = time.GetUtcNow();
        for (string? after = null; ;)
        {
            var page = await store.QueryAsync(new IndexQuery("apiToken", Status: ApiTokenRecord.Live, After: after, Limit: RecordLimits.PageRowsMax));
            foreach (var row in page.Rows.Where(row => string.Equals(row.Row.Search, name, StringComparison.OrdinalIgnoreCase)))
            {
                if (await GrainFactory.GetGrain<IApiToken>(row.Key).View() is { } view && view.IsValid(now))
                    return true;
            }

            if ((after = page.Next) is null)
                return false;
        }
    }

    /// <summary>The index is committed with each token, so it misses none that was listed before.</summary>
    private async Task<bool> HasAnotherOwner(string token)
    {
        var owners = await store.QueryAsync(new IndexQuery("apiToken", Status: ApiTokenRecord.Live, Tag: ApiTokenRecord.EndlessTag(Owner), Limit: 2));
        return owners.Rows.Any(row => row.Key != token);
    }
}
