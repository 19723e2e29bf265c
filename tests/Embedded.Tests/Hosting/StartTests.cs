using System.Collections.Immutable;
using Mdm.Fleet.Embedded.Tests.HostSuite.Grains;
using Mdm.Fleet.Storage;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace Mdm.Fleet.Embedded.Tests.Hosting;

/// <summary>What can't be hosted fails the start and is named.</summary>
public sealed class StartTests
{
    [Fact]
    public void Two_classes_of_one_contract_fail_the_start() =>
        Assert.Contains("implemented by", Failure(o => o.AddGrain<First>().AddGrain<Second>()), StringComparison.Ordinal);

    [Fact]
    public void A_stateless_worker_with_a_state_fails_the_start() =>
        Assert.Contains("stateless worker", Failure(o => o.AddGrain<StatefulWorker>()), StringComparison.Ordinal);

    [Fact]
    public void A_method_without_a_task_fails_the_start() =>
        Assert.Contains("answers neither Task nor ValueTask", Failure(o => o.AddGrain<Synchronous>()), StringComparison.Ordinal);

    [Fact]
    public void A_subscriber_that_cannot_be_told_fails_the_start() =>
        Assert.Contains("implicit stream subscription", Failure(o => o.AddGrain<Deaf>()), StringComparison.Ordinal);

    [Fact]
    public void A_contract_that_carries_what_can_change_fails_the_start_where_it_is_asked_for()
    {
        Assert.Contains("List<String>", Failure(o => o.AddGrain<Carrier>().CheckContracts = true), StringComparison.Ordinal);
        using var services = Services(o => o.AddGrain<Carrier>());
        Assert.NotNull(services.GetRequiredService<EmbeddedHost>());
    }

    [Fact]
    public void A_contract_without_a_class_a_foreign_prefix_and_a_blank_key_are_refused()
    {
        using var services = Services(o => o.AddGrain<First>());
        var grains = services.GetRequiredService<IGrainFactory>();
        Assert.Throws<ArgumentException>(() => grains.GetGrain<ILedgerGrain>("key"));
        Assert.Throws<ArgumentException>(() => grains.GetGrain<IShared>("key", "Mdm.Fleet.Elsewhere"));
        Assert.Throws<ArgumentException>(() => grains.GetGrain<IShared>(" "));
        Assert.NotNull(grains.GetGrain<IShared>("key", typeof(First).FullName));
    }

    [Fact]
    public async Task Grains_and_contracts_may_be_internal()
    {
        await using var services = Services(o => o.AddGrain<Hidden>());
        Assert.Equal(1, Assert.Single(await services.GetRequiredService<IGrainFactory>().GetGrain<IHidden>("key").GoAsync()));
    }

    private static string Failure(Action<EmbeddedHostOptions> configure)
    {
        using var services = Services(configure);
        return Assert.Throws<GrainConfigurationException>(services.GetRequiredService<EmbeddedHost>).Message;
    }

    private static ServiceProvider Services(Action<EmbeddedHostOptions> configure) => new ServiceCollection()
        .AddSingleton<IRecordStore>(new MemoryRecords())
        .AddEmbeddedGrains(configure)
        .BuildServiceProvider();

    public interface IShared : IGrainWithStringKey
    {
        Task GoAsync();
    }

    public sealed class First : Grain, IShared
    {
        public Task GoAsync() => Task.CompletedTask;
    }

    public sealed class Second : Grain, IShared
    {
        public Task GoAsync() => Task.CompletedTask;
    }

    [StatelessWorker]
    public sealed class StatefulWorker([PersistentState("state")] IPersistentState<AccountState> state) : Grain, IShared
    {
        public Task GoAsync() => state.ReadStateAsync();
    }

    public interface ISynchronous : IGrainWithStringKey
    {
        void Go();
    }

    public sealed class Synchronous : Grain, ISynchronous
    {
        public void Go()
        {
        }
    }

    [ImplicitStreamSubscription("nudges")]
    public sealed class Deaf : Grain, IShared
    {
        public Task GoAsync() => Task.CompletedTask;
    }

    public interface ICarrier : IGrainWithStringKey
    {
        Task GoAsync(List<string> names);
    }

    public sealed class Carrier : Grain, ICarrier
    {
        public Task GoAsync(List<string> names) => Task.CompletedTask;
    }

    internal interface IHidden : IGrainWithStringKey
    {
        Task<ImmutableArray<int>> GoAsync();
    }

    internal sealed class Hidden : Grain, IHidden
    {
        public Task<ImmutableArray<int>> GoAsync() => Task.FromResult<ImmutableArray<int>>([1]);
    }
}
