using Orleans;
using Orleans.Concurrency;

namespace Mdm.Fleet.Grains.Probes;

/// <summary>Answers on the silo where it is asked: a sign that grains run there.</summary>
[Alias("probe")]
public interface IProbe : IGrainWithStringKey
{
    const string Key = "probe";

    Task Answer();
}

[StatelessWorker(1)]
public sealed class ProbeGrain : Grain, IProbe
{
    public Task Answer() => Task.CompletedTask;
}
