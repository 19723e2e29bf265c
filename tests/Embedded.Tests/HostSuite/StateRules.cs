using Mdm.Fleet.Embedded.Tests.HostSuite.Grains;
using Orleans.Storage;

namespace Mdm.Fleet.Embedded.Tests.HostSuite;

/// <summary>State is read before the first call and written with an etag.</summary>
public abstract class StateRules : HostRules
{
    [Fact]
    public async Task Without_a_record_the_state_is_the_default()
    {
        var view = await Soon(Grain<IAccountGrain>("new").ViewAsync());
        Assert.Equal(new AccountView(0, false, null), view);
    }

    [Fact]
    [Trait("Requirement", "DC-05")]
    public async Task What_is_written_survives_deactivation()
    {
        var account = Grain<IAccountGrain>("kept");
        var saved = await Soon(account.SaveAsync(7));
        Assert.True(saved.RecordExists);
        Host.Advance(TimeSpan.FromMinutes(20));
        Assert.Equal(saved, await Soon(account.ViewAsync()));
    }

    [Fact]
    public async Task Each_write_has_a_new_etag()
    {
        var account = Grain<IAccountGrain>("etags");
        var first = await Soon(account.SaveAsync(1));
        Assert.NotEqual(first.Etag, (await Soon(account.SaveAsync(2))).Etag);
    }

    [Fact]
    public async Task A_conflict_goes_to_the_caller_and_the_next_call_reads_again()
    {
        var account = Grain<IAccountGrain>("conflict");
        await Soon(account.SaveAsync(1));
        await Host.OverwriteAsync("account", "conflict");
        await Assert.ThrowsAsync<InconsistentStateException>(() => Soon(account.SaveAsync(2)));
        Assert.Equal(1, (await Soon(account.ViewAsync())).Balance);
        Assert.Equal(3, (await Soon(account.SaveAsync(3))).Balance);
    }

    [Fact]
    public async Task A_conflict_drops_the_grain_that_had_it_and_not_its_caller()
    {
        var teller = Grain<ITellerGrain>("teller");
        await Soon(Grain<IAccountGrain>("theirs").SaveAsync(1));
        await Host.OverwriteAsync("account", "theirs");
        await Assert.ThrowsAsync<InconsistentStateException>(() => Soon(teller.SaveElsewhereAsync("theirs", 2)));
        await Soon(teller.SaveElsewhereAsync("theirs", 3));
        Assert.Equal(2, await Soon(teller.CallsAsync()));
    }

    [Fact]
    public async Task Another_failure_of_the_store_passes_through_and_the_activation_stays()
    {
        var account = Grain<IAccountGrain>("outage");
        var before = await Soon(account.SaveAsync(1));
        Host.FailNextWrite(new IOException("disk gone"));
        Assert.Equal("disk gone", (await Assert.ThrowsAsync<IOException>(() => Soon(account.SaveAsync(2)))).Message);
        Assert.Equal(before with { Balance = 2 }, await Soon(account.ViewAsync()));
        Assert.Equal(before, await Soon(account.ReloadAsync()));
    }

    [Fact]
    public async Task A_cleared_record_is_gone_and_can_be_written_again()
    {
        var account = Grain<IAccountGrain>("cleared");
        await Soon(account.SaveAsync(5));
        await Soon(account.ClearAsync());
        Assert.Equal(new AccountView(0, false, null), await Soon(account.ReloadAsync()));
        Assert.True((await Soon(account.SaveAsync(6))).RecordExists);
    }
}
