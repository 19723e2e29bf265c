using System.Collections.Concurrent;
using Mdm.Fleet.Grains.Admin;
using Mdm.Fleet.Storage.Secrets;
using Orleans;

namespace Mdm.Fleet.Frontend.Admin.Access;

/// <summary>Knows tokens by their hash; what was found is believed for half a minute. Bounded. Safe for many threads.</summary>
public sealed class ApiTokens(IGrainFactory grains, TimeProvider time)
{
    public const int LengthMax = 256;

    private const int KnownMax = 10_000;
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, (Admin Admin, DateTimeOffset Until)> _known = new(StringComparer.Ordinal);

    /// <summary>The grain's key of a token.</summary>
    public static string KeyOf(string token) => TokenHash.Of(token);

    /// <summary>Without asking: null = not known lately, which says nothing.</summary>
    public Admin? Lately(string key) => _known.TryGetValue(key, out var known) && known.Until > time.GetUtcNow() ? known.Admin : null;

    /// <summary>Null = no such token.</summary>
    public async ValueTask<Admin?> FindAsync(string key)
    {
        if (Lately(key) is { } known)
            return known;
        if (await grains.GetGrain<IApiToken>(key).View() is not { } view)
        {
            _known.TryRemove(key, out _);
            return null;
        }

        if (_known.Count >= KnownMax)
            _known.Clear();
        var admin = new Admin(key, view.Name, view.Role);
        _known[key] = (admin, time.GetUtcNow() + Life);
        return admin;
    }
}
