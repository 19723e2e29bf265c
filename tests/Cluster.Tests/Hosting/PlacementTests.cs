using Mdm.Fleet.Cluster.Tests.Contracts;
using Orleans;
using Orleans.Runtime;

namespace Mdm.Fleet.Cluster.Tests.Hosting;

/// <summary>Where a grain comes to be that says nothing of its own about it.</summary>
public interface INear : IGrainWithStringKey
{
    Task<SiloAddress> Silo();
}

public sealed class NearGrain(ILocalSiloDetails silo) : Grain, INear
{
    public Task<SiloAddress> Silo() => Task.FromResult(silo.SiloAddress);
}

[Trait("Requirement", "DC-02")]
public sealed class PlacementTests(TwoSilos silos) : IClassFixture<TwoSilos>
{
    private const int Grains = 50;

    [Fact]
    public async Task A_grain_lives_in_the_silo_where_its_first_call_arrives_and_is_called_there_from_the_other()
    {
        for (var number = 0; number < Grains; number++)
        {
            var (here, there) = number % 2 == 0 ? (silos.First, silos.Second) : (silos.Second, silos.First);
            var key = $"near-{number}";
            Assert.Equal(here.Address, await here.Grains.GetGrain<INear>(key).Silo());
            Assert.Equal(here.Address, await there.Grains.GetGrain<INear>(key).Silo());
        }
    }
}
