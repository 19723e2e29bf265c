using System.Collections.Immutable;

namespace Mdm.Fleet.Embedded.Activations;

/// <summary>The activations of one key of a stateless worker.</summary>
internal sealed class WorkerPool(GrainClass grainClass, string key, int workersMax)
{
    private ImmutableArray<Activation> _workers = [];
    private uint _turn;

    public ImmutableArray<Activation> Workers => _workers;

    /// <summary>An idle worker, else a new one, else the next in the round.</summary>
    public Activation Pick()
    {
        Activation fresh;
        lock (this)
        {
            foreach (var worker in _workers)
                if (worker.IsFree)
                    return worker;
            if (_workers.Length == workersMax)
                return _workers[(int)(_turn++ % (uint)workersMax)];
            fresh = new Activation(grainClass, key);
            _workers = _workers.Add(fresh);
        }
        fresh.Begin();
        return fresh;
    }

    public void Remove(Activation worker)
    {
        lock (this)
            _workers = _workers.Remove(worker);
    }
}
