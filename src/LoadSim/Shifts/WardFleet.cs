using Mdm.Fleet.LoadSim.Apns;
using Mdm.Fleet.LoadSim.Devices;
using Mdm.Fleet.LoadSim.Network;

namespace Mdm.Fleet.LoadSim.Shifts;

/// <summary>All simulated iPads of a shift, each living its own life from <see cref="Start"/> until it is disposed.</summary>
public sealed class WardFleet : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private Task _lives = Task.CompletedTask;

    public WardFleet(ShiftOptions options, SimulatedApns apns, TrustedRoots roots, TimeProvider time)
    {
        var behaviour = new DeviceOptions
        {
            Proof = options.Proof,
            Timeline = options.Timeline,
            Push = new PushSource((token, topic) => apns.Register(token, topic), apns.ReceiveAsync),
        };
        Devices = [.. Enumerable.Range(1, options.Devices).Select(number =>
            new SimulatedDevice(DeviceFacts.Of(options.Seed, number), behaviour, roots, time, (options.Seed * 100_003) + (number * 17)))];
    }

    public IReadOnlyList<SimulatedDevice> Devices { get; }

    /// <summary>Switches all devices on. The task ends only when a device breaks, which is a fault of the simulator.</summary>
    public Task Start()
    {
        var lives = Devices.Select(device => device.RunAsync(_stop.Token)).ToArray();
        _lives = Task.WhenAll(lives);
        return Task.WhenAny(lives).Unwrap();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _lives.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var device in Devices)
            device.Dispose();
        _stop.Dispose();
    }
}
