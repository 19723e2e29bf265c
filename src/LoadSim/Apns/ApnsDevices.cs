using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Mdm.Fleet.LoadSim.Apns;

/// <summary>All devices of the simulated push service, by token in hex of either case.</summary>
internal sealed class ApnsDevices(TimeProvider time, ApnsCounters counters)
{
    private readonly ConcurrentDictionary<string, DeviceSlot> _slots = new(StringComparer.OrdinalIgnoreCase);

    public void Register(string token, string? topic) => Slot(token).Register(topic);

    public void Unregister(string token) => Slot(token).Unregister();

    public bool IsUnregistered(string token) => Slot(token).IsUnregistered;

    public ApnsReply Offer(ApnsPush push) => _slots.TryGetValue(push.Token, out var slot) ? slot.Offer(push) : new(400, "BadDeviceToken");

    /// <summary>A device that connects is known from then on.</summary>
    public Task<string?> NextAsync(string token, TimeSpan wait, CancellationToken cancellationToken) =>
        Slot(token).NextAsync(wait, cancellationToken);

    public async IAsyncEnumerable<string> ReceiveAsync(string token, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested && await NextAsync(token, Timeout.InfiniteTimeSpan, cancellationToken) is { } magic)
            yield return magic;
    }

    private DeviceSlot Slot(string token) =>
        _slots.GetOrAdd(token, static (_, self) => new DeviceSlot(self.Time, self.Counters), (Time: time, Counters: counters));
}
