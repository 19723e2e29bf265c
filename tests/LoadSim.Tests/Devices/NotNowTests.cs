using Mdm.Fleet.Protocol.Plist;
using static Mdm.Fleet.LoadSim.Tests.Devices.ScriptedServer;

namespace Mdm.Fleet.LoadSim.Tests.Devices;

public sealed class NotNowTests
{
    private static readonly (string, PlistValue?) Ward = ("Payload", EnrolledDevice.WiFi("item.1", "ward"));

    [Fact]
    [Trait("Requirement", "BY-09")]
    public async Task A_locked_device_puts_off_a_profile_and_still_answers_a_query()
    {
        await using var server = await StartAsync();
        using var device = EnrolledDevice.At(server, TimeProvider.System);
        device.Contents.Locked = true;
        server.Answers(
            Answer.Command("A", "InstallProfile", Ward),
            Answer.Command("B", "DeviceInformation", ("Queries", PlistValue.Array.Of("SerialNumber"))));

        await device.ConnectAsync(CancellationToken.None);

        Assert.Equal("Idle", (await server.NextAsync()).GetString("Status"));
        Assert.Equal("NotNow", (await server.NextAsync()).GetString("Status"));
        var information = await server.NextAsync();
        Assert.Equal("Acknowledged", information.GetString("Status"));
        Assert.Equal(device.Facts.SerialNumber, information.GetDict("QueryResponses")!.GetString("SerialNumber"));
        Assert.Empty(device.Contents.PresentMarks());
    }

    [Theory]
    [InlineData("ProfileList", "Acknowledged")]
    [InlineData("InstalledApplicationList", "Acknowledged")]
    [InlineData("DeviceLock", "Acknowledged")]
    [InlineData("ManagedApplicationList", "NotNow")]
    [InlineData("CertificateList", "NotNow")]
    [InlineData("RemoveApplication", "NotNow")]
    public async Task Only_commands_that_wait_for_the_lock_are_put_off(string requestType, string status)
    {
        await using var server = await StartAsync();
        using var device = EnrolledDevice.At(server, TimeProvider.System);
        device.Contents.Locked = true;
        server.Answers(Answer.Command("A", requestType));

        await device.ConnectAsync(CancellationToken.None);

        await server.NextAsync();
        Assert.Equal(status, (await server.NextAsync()).GetString("Status"));
    }

    [Fact]
    public async Task Unlocking_makes_it_ask_again_only_when_NotNow_was_its_last_word()
    {
        await using var server = await StartAsync();
        using var device = EnrolledDevice.At(server, TimeProvider.System);
        using var stop = new CancellationTokenSource();
        device.Contents.Locked = true;
        server.Answers(Answer.Command("A", "InstallProfile", Ward), Answer.Nothing, Answer.Command("A", "InstallProfile", Ward));
        await device.ConnectAsync(CancellationToken.None);
        var running = device.RunAsync(stop.Token);

        device.Unlock();

        string[] said = [.. await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ => (await server.NextAsync()).GetString("Status")!))];
        Assert.Equal(["Idle", "NotNow", "Idle", "Acknowledged"], said);
        Assert.Equal(["wifi:ward"], device.Contents.PresentMarks());
        stop.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }
}
