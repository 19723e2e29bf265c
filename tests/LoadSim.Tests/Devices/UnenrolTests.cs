using static Mdm.Fleet.LoadSim.Tests.Devices.ScriptedServer;

namespace Mdm.Fleet.LoadSim.Tests.Devices;

public sealed class UnenrolTests
{
    [Theory]
    [InlineData(401, "")]
    [InlineData(403, """{"code":"com.apple.unrecognized.device"}""")]
    [Trait("Requirement", "PR-03")]
    public async Task A_bare_401_or_an_unrecognized_device_ends_the_enrolment_and_is_counted(int status, string body)
    {
        await using var server = await StartAsync();
        using var device = EnrolledDevice.At(server, TimeProvider.System);
        server.Answers(Answer.Command("A", "InstallProfile", ("Payload", EnrolledDevice.WiFi("item.1", "ward"))), Answer.Of(status, body));

        await device.ConnectAsync(CancellationToken.None);

        Assert.False(device.Enrolled);
        Assert.Equal(1, device.Unenrolled);
        Assert.Empty(device.Contents.PresentMarks());
        Assert.True(device.Contents.PersonalItemsIntact());
    }

    [Fact]
    public async Task Removing_the_enrolment_profile_checks_out_and_is_no_accident()
    {
        await using var server = await StartAsync();
        using var device = EnrolledDevice.At(server, TimeProvider.System);
        server.Answers(Answer.Command("A", "RemoveProfile", ("Identifier", EnrolledDevice.EnrolmentIdentifier)));

        await device.ConnectAsync(CancellationToken.None);

        Assert.Equal("Idle", (await server.NextAsync()).GetString("Status"));
        Assert.Equal("CheckOut", (await server.NextAsync()).GetString("MessageType"));
        Assert.False(device.Enrolled);
        Assert.Equal(0, device.Unenrolled);
        Assert.True(device.Contents.PersonalItemsIntact());
    }

    [Fact]
    public async Task The_persons_own_profile_is_not_removed_and_the_attempt_is_counted()
    {
        await using var server = await StartAsync();
        using var device = EnrolledDevice.At(server, TimeProvider.System);
        server.Answers(Answer.Command("A", "RemoveProfile", ("Identifier", LoadSim.Devices.DeviceContents.PersonalProfileIdentifier)));

        await device.ConnectAsync(CancellationToken.None);

        await server.NextAsync();
        Assert.Equal("Error", (await server.NextAsync()).GetString("Status"));
        Assert.True(device.Contents.PersonalItemsIntact());
        Assert.Equal(1, device.Temper.PersonalTouched);
    }
}
