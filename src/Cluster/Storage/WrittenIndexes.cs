using System.Runtime.CompilerServices;

namespace Mdm.Fleet.Cluster.Storage;

/// <summary>The digest of the index row that each activation wrote last, for as long as the activation lives; 0 = none since its state was read.</summary>
internal sealed class WrittenIndexes
{
    private readonly ConditionalWeakTable<object, Written> _written = [];

    public UInt128 this[object grainState]
    {
        get => _written.TryGetValue(grainState, out var known) ? known.Digest : 0;
        set => _written.GetOrCreateValue(grainState).Digest = value;
    }

    private sealed class Written
    {
        public UInt128 Digest { get; set; }
    }
}
