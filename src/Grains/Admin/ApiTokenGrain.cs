using Mdm.Fleet.Grains.Records;
using Orleans;
using Orleans.Runtime;

namespace Mdm.Fleet.Grains.Admin;

/// <summary>A bearer token as stored: its hash is the key, the token itself is nowhere.</summary>
public sealed record ApiTokenRecord
{
    public string Name { get; init; } = "";

    public string Role { get; init; } = "";
}

public sealed class ApiTokenGrain([PersistentState("apiToken")] IPersistentState<ApiTokenRecord> state) : Grain, IApiToken
{
    public async Task<bool> Create(string name, string role)
    {
        if (state.RecordExists)
            return false;
        state.State = new ApiTokenRecord { Name = name, Role = role };
        await state.WriteOrDrop(DeactivateOnIdle);
        return true;
    }

    public Task<ApiTokenView?> View()
    {
        if (!state.RecordExists)
            DeactivateOnIdle();
        return Task.FromResult(state.RecordExists ? new ApiTokenView(state.State.Name, state.State.Role) : null);
    }
}
