using Orleans;
using Orleans.Runtime;

namespace Mdm.Fleet.Embedded.Tests.HostSuite.Grains;

public interface IAccountGrain : IGrainWithStringKey
{
    Task<AccountView> ViewAsync();

    Task<AccountView> SaveAsync(int balance);

    Task<AccountView> ReloadAsync();

    Task ClearAsync();
}

public interface ITellerGrain : IGrainWithStringKey
{
    /// <summary>Lets the account's exception pass through.</summary>
    Task SaveElsewhereAsync(string account, int balance);

    Task<int> CallsAsync();
}

[GenerateSerializer, Immutable]
public sealed record AccountView(
    [property: Id(0)] int Balance,
    [property: Id(1)] bool RecordExists,
    [property: Id(2)] string? Etag);

public sealed record AccountState
{
    public int Balance { get; init; }
}

public sealed class AccountGrain([PersistentState("account", "store")] IPersistentState<AccountState> account) : Grain, IAccountGrain
{
    public Task<AccountView> ViewAsync() => Task.FromResult(View());

    public async Task<AccountView> SaveAsync(int balance)
    {
        account.State = new AccountState { Balance = balance };
        await account.WriteStateAsync();
        return View();
    }

    public async Task<AccountView> ReloadAsync()
    {
        await account.ReadStateAsync();
        return View();
    }

    public Task ClearAsync() => account.ClearStateAsync();

    private AccountView View() => new(account.State.Balance, account.RecordExists, account.Etag);
}

public sealed class TellerGrain : Grain, ITellerGrain
{
    private int _calls;

    public Task SaveElsewhereAsync(string account, int balance)
    {
        _calls++;
        return GrainFactory.GetGrain<IAccountGrain>(account).SaveAsync(balance);
    }

    public Task<int> CallsAsync() => Task.FromResult(_calls);
}
