using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Mdm.Fleet.LoadSim.Devices;
using static Mdm.Fleet.LoadSim.Tests.Devices.ScriptedServer;

namespace Mdm.Fleet.LoadSim.Tests.Devices;

public sealed class OfflineTests : IDisposable
{
    private readonly Channel<string> _pushes = Channel.CreateUnbounded<string>();
    private readonly CancellationTokenSource _stop = new();

    public void Dispose() => _stop.Dispose();

    [Fact]
    [Trait("Requirement", "BY-09")]
    public async Task A_device_without_network_connects_when_it_is_back_and_a_push_waited_for_it()
    {
        await using var server = await StartAsync();
        using var device = EnrolledDevice.At(server, TimeProvider.System, new PushSource((_, _) => { }, Receive));
        device.Offline = true;
        var running = device.RunAsync(_stop.Token);
        _pushes.Writer.TryWrite("not this device's magic");
        _pushes.Writer.TryWrite(device.PushMagic);

        device.Offline = false;

        Assert.Equal("Idle", (await server.NextAsync()).GetString("Status"));
        Assert.Equal(1, device.Pushed);
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task A_message_that_the_network_swallowed_is_sent_again_when_it_is_back()
    {
        await using var server = await StartAsync();
        using var device = EnrolledDevice.At(server, TimeProvider.System);
        device.Offline = true;
        var connecting = device.ConnectAsync(CancellationToken.None);
        Assert.False(connecting.IsCompleted);

        device.Offline = false;

        Assert.Equal("Idle", (await server.NextAsync()).GetString("Status"));
        await connecting;
    }

    private async IAsyncEnumerable<string> Receive(string token, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var magic in _pushes.Reader.ReadAllAsync(cancellationToken))
            yield return magic;
    }
}
