using Mdm.Fleet.Protocol.Plist;
using static Mdm.Fleet.LoadSim.Tests.Devices.ScriptedServer;

namespace Mdm.Fleet.LoadSim.Tests.Devices;

public sealed class ResultTests
{
    [Fact]
    [Trait("Requirement", "BY-09")]
    public async Task A_command_that_comes_again_gets_the_same_answer_and_is_not_done_again()
    {
        var time = new ManualTime();
        await using var server = await StartAsync();
        using var device = EnrolledDevice.At(server, time);
        var install = Answer.Command("A", "InstallApplication", ("ManifestURL", "https://apps.example/example.chart.plist"));
        server.Answers(install);
        await device.ConnectAsync(CancellationToken.None);
        await server.NextAsync();
        var first = await server.NextBodyAsync();
        device.Contents.RemoveApp("example.chart");

        server.Answers(install);
        await device.ConnectAsync(CancellationToken.None);

        await server.NextAsync();
        Assert.Equal(first, await server.NextBodyAsync());
        Assert.Empty(device.Contents.Apps);
    }

    [Theory]
    [InlineData(503)]
    [InlineData(500)]
    [InlineData(403)]
    [InlineData(404)]
    [Trait("Requirement", "BY-09")]
    public async Task A_result_that_was_not_accepted_is_sent_again_as_it_was(int status)
    {
        var time = new ManualTime();
        await using var server = await StartAsync();
        using var device = EnrolledDevice.At(server, time);
        server.Answers(Answer.Command("A", "ProfileList"), Answer.Of(status), Answer.Of(status), Answer.Nothing);

        var connecting = device.ConnectAsync(CancellationToken.None);

        await server.NextAsync();
        var result = await server.NextBodyAsync();
        for (var again = 0; again < 2; again++)
        {
            await time.WhenWaitingAsync();
            time.Advance(TimeSpan.FromSeconds(10));
            Assert.Equal(result, await server.NextBodyAsync());
        }

        await connecting;
        Assert.True(device.Enrolled);
        Assert.Equal(0, device.Unenrolled);
    }

    [Fact]
    public async Task A_refused_item_is_answered_with_an_error_chain()
    {
        await using var server = await StartAsync();
        using var device = EnrolledDevice.At(server, TimeProvider.System);
        device.Temper.Refuse("wifi:ward");
        server.Answers(Answer.Command("A", "InstallProfile", ("Payload", EnrolledDevice.WiFi("item.1", "ward"))));

        await device.ConnectAsync(CancellationToken.None);

        await server.NextAsync();
        var refusal = await server.NextAsync();
        Assert.Equal("Error", refusal.GetString("Status"));
        var first = Assert.IsType<PlistValue.Dict>(Assert.Single(refusal.GetArray("ErrorChain")));
        Assert.Equal("MCInstallationErrorDomain", first.GetString("ErrorDomain"));
        Assert.Equal(1, device.Temper.Refusals);
        Assert.Empty(device.Contents.PresentMarks());
    }
}
