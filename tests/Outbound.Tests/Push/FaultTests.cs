using Mdm.Fleet.LoadSim.Apns;

namespace Mdm.Fleet.Outbound.Tests.Push;

/// <summary>The simulated service's faults.</summary>
public sealed class FaultTests : PushRig
{
    [Fact]
    public async Task A_dropped_push_is_accepted_and_never_arrives()
    {
        Apns.Register(Token);
        Apns.Faults = new(DropRate: 1);

        await Client().SendAsync(Push());

        Assert.Null(await StoredAsync());
        Assert.Equal((1, 1), (Apns.Counts.Accepted, Apns.Counts.Dropped));
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_faults_and_another_seed_others()
    {
        var first = await OutcomesAsync(seed: 7);

        Assert.Equal(first, await OutcomesAsync(seed: 7));
        Assert.NotEqual(first, await OutcomesAsync(seed: 8));
        Assert.Equal(["Accepted", "Retry", "Throttled"], first.Distinct().Order());
    }

    private async Task<List<string>> OutcomesAsync(int seed)
    {
        await using var apns = await SimulatedApns.StartAsync(new(Seed: seed), Time);
        apns.Register(Token);
        apns.Faults = new(TooManyRequestsRate: 0.3, UnavailableRate: 0.3);
        var client = Client(new() { BaseUrl = apns.PushUrl, TrustedRoots = Roots(apns.Authority), TriesMax = 1 });
        List<string> outcomes = [];
        for (var sent = 0; sent < 40; sent++)
            outcomes.Add((await client.SendAsync(Push())).GetType().Name);
        return outcomes;
    }
}
