using Mdm.Fleet.Protocol.Plist;
using static Mdm.Fleet.LoadSim.Tests.Devices.ScriptedServer;

namespace Mdm.Fleet.LoadSim.Tests.Devices;

public sealed class SlowInstallTests
{
    private static readonly Answer Install = Answer.Command("A", "InstallApplication", ("ManifestURL", "https://apps.example/example.chart.plist"));

    [Theory]
    [InlineData(0, "Queued")]
    [InlineData(30, "Installing")]
    [InlineData(61, "Managed")]
    [Trait("Requirement", "BY-09")]
    public async Task An_accepted_app_is_installed_later_and_lists_tell_how_far_it_is(int secondsLater, string status)
    {
        var time = new ManualTime();
        await using var server = await StartAsync();
        using var device = EnrolledDevice.At(server, time);
        server.Answers(Install);
        await device.ConnectAsync(CancellationToken.None);
        await server.NextAsync();
        Assert.Equal("Acknowledged", (await server.NextAsync()).GetString("Status"));

        time.Advance(TimeSpan.FromSeconds(secondsLater));
        server.Answers(Answer.Command("B", "ManagedApplicationList", ("Identifiers", PlistValue.Array.Of("example.chart"))));
        await device.ConnectAsync(CancellationToken.None);

        await server.NextAsync();
        var list = (await server.NextAsync()).GetDict("ManagedApplicationList")!;
        Assert.Equal(status, list.GetDict("example.chart")!.GetString("Status"));
        Assert.Equal(["app:example.chart"], device.Contents.PresentMarks());
        Assert.Equal(status == "Managed" ? ["app:example.chart"] : [], device.Contents.UsableMarks());
    }

    [Fact]
    public async Task The_end_of_an_install_wakes_whoever_watches_the_device()
    {
        var time = new ManualTime();
        await using var server = await StartAsync();
        using var device = EnrolledDevice.At(server, time);
        server.Answers(Install);
        await device.ConnectAsync(CancellationToken.None);

        var installed = device.Contents.Changed.UntilAsync(
            () => device.Contents.UsableMarks().Count == 1, TimeSpan.FromHours(1), time, CancellationToken.None);
        time.Advance(TimeSpan.FromSeconds(30));
        Assert.False(installed.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(31));

        Assert.True(await installed);
    }
}
