using Mdm.Fleet.Grains.Records;
using Mdm.Fleet.Storage;
using Orleans;
using Orleans.Runtime;

namespace Mdm.Fleet.Grains.Admin;

public sealed class ApiTokenGrain(
    [PersistentState("apiToken")] IPersistentState<ApiTokenRecord> state,
    TimeProvider time) : Grain, IApiToken
{
    private const int IdLength = 16;

    private ApiTokenRecord Token => state.State;

    private string Hash => this.GetPrimaryKeyString();

    private string Id => Hash[..IdLength];

    public Task<bool> Create(string name, string role) => Make(new ApiTokenSpec(name, role, null), "server");

    public async Task<bool> Make(ApiTokenSpec spec, string by)
    {
        if (state.RecordExists)
            return false;
        var now = time.GetUtcNow();
        var token = new ApiTokenRecord { Id = Id, Name = spec.Name, Role = spec.Role, ExpiresAt = spec.ExpiresAt, CreatedAt = now };
        await Save(token, by, $"Create API token ({spec.Role})");
        return true;
    }

    public async Task<ApiTokenView?> View()
    {
        if (!state.RecordExists)
        {
            DeactivateOnIdle();
            return null;
        }

        // Listed from its next use on.
        if (Token.Id is null)
            await Save(Token with { Id = Id });
        return new ApiTokenView(Id, Token.Name, Token.Role, Token.ExpiresAt, Token.CreatedAt, Token.Revoked);
    }

    public async Task Revoke(string by)
    {
        if (state.RecordExists && !Token.Revoked)
            await Save(Token with { Id = Id, Revoked = true }, by, "Revoke API token");
    }

    private Task Save(ApiTokenRecord next, string? by = null, string? act = null)
    {
        state.State = next with { Events = by is null ? [] : [Lines.Audit(new RecordKey("apiToken", Hash), time.GetUtcNow(), by, act!)] };
        return state.WriteOrDrop(DeactivateOnIdle);
    }
}
