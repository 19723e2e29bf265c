using Mdm.Fleet.Domain.Catalog;
using Orleans;

namespace Mdm.Fleet.Grains.Catalog;

/// <summary>
/// This silo's copy of the catalog: plans read it without a call. Whoever was told of a newer revision loads that before planning
/// (DESIGN.md, section 1).
/// </summary>
public sealed class CatalogCache(IGrainFactory grains) : IDisposable
{
    private readonly SemaphoreSlim _loading = new(1, 1);
    private CatalogSnapshot? _current;
    private long _newestTold;

    /// <summary>The newest revision that anyone told this silo of.</summary>
    public long NewestTold => Volatile.Read(ref _newestTold);

    public ValueTask<CatalogSnapshot> AtLeast(long revision)
    {
        var current = Volatile.Read(ref _current);
        return current is not null && current.Revision >= Math.Max(revision, NewestTold) ? new(current) : new(Load(revision));
    }

    /// <summary>Notes that a revision exists.</summary>
    public void Told(long revision)
    {
        for (var known = NewestTold; revision > known; known = NewestTold)
            Interlocked.CompareExchange(ref _newestTold, revision, known);
    }

    /// <summary>Takes a snapshot that was just published or read.</summary>
    public void Take(CatalogSnapshot snapshot)
    {
        Told(snapshot.Revision);
        for (var known = Volatile.Read(ref _current); known is null || known.Revision < snapshot.Revision; known = Volatile.Read(ref _current))
            Interlocked.CompareExchange(ref _current, snapshot, known);
    }

    public void Dispose() => _loading.Dispose();

    private async Task<CatalogSnapshot> Load(long revision)
    {
        await _loading.WaitAsync();
        try
        {
            var current = Volatile.Read(ref _current);
            if (current is null || current.Revision < Math.Max(revision, NewestTold))
                Take(current = await grains.GetGrain<ICatalog>(ICatalog.Key).Read());
            return current;
        }
        finally
        {
            _loading.Release();
        }
    }
}
