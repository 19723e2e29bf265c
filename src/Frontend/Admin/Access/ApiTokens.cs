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

    private readonly Lock _keeping = new();
    private int _forgotten;

    /// <summary>Raised with the key of a token that was revoked here.</summary>
    public event Action<string>? Forgotten;

    /// <summary>The grain's key of a token.</summary>
    public static string KeyOf(string token) => TokenHash.Of(token);

    /// <summary>Without asking: null = not known lately, which says nothing.</summary>
    public Admin? Lately(string key) => _known.TryGetValue(key, out var known) && known.Until > time.GetUtcNow() ? known.Admin : null;

    /// <summary>Null = no such token, or one that was revoked or is at its end.</summary>
    public async ValueTask<Admin?> FindAsync(string key)
    {
        if (Lately(key) is { } known)
            return known;
        var asked = Volatile.Read(ref _forgotten);
        if (await grains.GetGrain<IApiToken>(key).View() is not { } view || !view.IsValid(time.GetUtcNow()))
        {
            _known.TryRemove(key, out _);
            return null;
        }

        var admin = new Admin(key, view.Name, view.Role);
        Keep(admin, view.ExpiresAt, asked);
        return admin;
    }

    /// <summary>A token was revoked: from now on it opens nothing in this process, and in others from half a minute later at the latest.</summary>
    public void Forget(string key)
    {
        lock (_keeping)
        {
            _forgotten++;
            _known.TryRemove(key, out _);
        }

        Forgotten?.Invoke(key);
    }

    /// <summary>What was answered before a token was forgotten may be about that one: it is not believed.</summary>
    private void Keep(Admin admin, DateTimeOffset? expiresAt, int asked)
    {
        var until = time.GetUtcNow() + Life;
        lock (_keeping)
        {
            if (asked != _forgotten)
                return;
            if (_known.Count >= KnownMax)
                _known.Clear();
            _known[admin.Key] = (admin, expiresAt < until ? expiresAt.Value : until);
        }
    }
}
