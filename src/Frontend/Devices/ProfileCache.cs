using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Configurations;
using Mdm.Fleet.Domain.Policies;

namespace Mdm.Fleet.Frontend.Devices;

/// <summary>
/// Payloads by revision, and profiles rendered and signed by item and revision: the least recently used go first, at most 64 MB of each.
/// Safe for many threads.
/// </summary>
public sealed class ProfileCache
{
    public const long BytesMax = 64 * 1024 * 1024;

    private const int OverheadBytes = 512;

    private readonly LeastRecentlyUsed<string, Payload> _payloads = new(BytesMax);
    private readonly LeastRecentlyUsed<(ItemId, string), byte[]> _profiles = new(BytesMax);

    /// <summary>About the bytes that payloads hold.</summary>
    public long PayloadBytes => _payloads.Weight;

    public Payload? Payload(string revision) => _payloads.Find(revision);

    public void Keep(string revision, Payload payload) => _payloads.Keep(revision, payload, WeightOf(payload));

    public byte[]? Profile(ItemId item, string revision) => _profiles.Find((item, revision));

    public void Keep(ItemId item, string revision, byte[] profile) => _profiles.Keep((item, revision), profile, profile.Length);

    /// <summary>What can be large counts by its bytes; the rest is an overhead.</summary>
    private static long WeightOf(Payload payload) => OverheadBytes + payload.Content switch
    {
        ConfigurationContent.CustomProfile custom => custom.MobileConfig.Length,
        ConfigurationContent.Certificate certificate => certificate.Data.Length,
        ConfigurationContent.WebClip clip => clip.IconPng?.Length ?? 0,
        ConfigurationContent.MultiUserSignIn signIn => (signIn.IconPng?.Length ?? 0) + ((long)OverheadBytes * 4 * (signIn.Texts?.Count ?? 0)),
        ConfigurationContent.Restrictions restrictions => restrictions.Keys.Sum(static key => OverheadBytes + (2L * key.Key.Length)),
        ExchangeAccount exchange => exchange.Identity?.Length ?? 0,
        Cellular cellular => (long)OverheadBytes * cellular.Apns.Length,
        Policy policy => policy.Rules.Sum(static rule => rule is PolicyRule.AllowedApps apps ? (long)OverheadBytes * apps.BundleIds.Length : 0),
        _ => 0,
    };
}

/// <summary>A map that forgets what was not used for longest when the weights of its values exceed a bound.</summary>
public sealed class LeastRecentlyUsed<TKey, TValue>(long weightMax)
    where TKey : notnull
    where TValue : class
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, LinkedListNode<(TKey Key, TValue Value, long Weight)>> _nodes = [];
    private readonly LinkedList<(TKey Key, TValue Value, long Weight)> _order = [];

    public long Weight { get; private set; }

    public TValue? Find(TKey key)
    {
        lock (_lock)
        {
            if (!_nodes.TryGetValue(key, out var node))
                return null;
            _order.Remove(node);
            _order.AddFirst(node);
            return node.Value.Value;
        }
    }

    /// <summary>Keeps a value; one that outweighs the bound is not kept.</summary>
    public void Keep(TKey key, TValue value, long weight)
    {
        lock (_lock)
        {
            Forget(key);
            if (weight > weightMax)
                return;
            _nodes[key] = _order.AddFirst((key, value, weight));
            Weight += weight;
            while (Weight > weightMax)
                Forget(_order.Last!.Value.Key);
        }
    }

    private void Forget(TKey key)
    {
        if (!_nodes.Remove(key, out var node))
            return;
        _order.Remove(node);
        Weight -= node.Value.Weight;
    }
}
