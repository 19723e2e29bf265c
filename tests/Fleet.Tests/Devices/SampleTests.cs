using System.Net;
using Mdm.Fleet.Domain.Commands;
using Mdm.Fleet.Domain.Devices;
using Mdm.Fleet.Fleet.Tests.Servers;
using Mdm.Fleet.Grains.Devices;
using Mdm.Fleet.Protocol.Plist;
using Mdm.Fleet.Protocol.Tests.Samples;

namespace Mdm.Fleet.Fleet.Tests.Devices;

/// <summary>Every sample message over real HTTP: those of devices get their answer, hostile ones their 4xx with nothing stored.</summary>
public sealed class SampleTests(SampleFixture devices) : IClassFixture<SampleFixture>
{
    [Theory]
    [InlineData("01")]
    [InlineData("02")]
    [InlineData("03")]
    [InlineData("04")]
    [InlineData("05")]
    [InlineData("06")]
    [InlineData("07")]
    [InlineData("10")]
    [Trait("Requirement", "PR-01")]
    public async Task A_check_in_is_accepted_with_an_empty_answer(string number)
    {
        using var response = await devices.SendAsync(number);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("11")]
    [InlineData("12")]
    [InlineData("13")]
    [InlineData("13b")]
    [InlineData("14")]
    [InlineData("15")]
    [InlineData("16")]
    [InlineData("17")]
    [InlineData("18")]
    [InlineData("19")]
    [InlineData("23")]
    [InlineData("32")]
    [Trait("Requirement", "PR-01")]
    public async Task A_connect_is_accepted(string number) => Assert.Equal(HttpStatusCode.OK, await devices.SendAsync(number).StatusAsync());

    [Theory]
    [InlineData("20")]
    [InlineData("21")]
    [InlineData("22")]
    [InlineData("24")]
    [InlineData("25")]
    [InlineData("26")]
    [InlineData("27")]
    [InlineData("28")]
    [InlineData("29")]
    [InlineData("30")]
    [InlineData("31")]
    [InlineData("33")]
    [InlineData("34")]
    [InlineData("35")]
    [InlineData("36")]
    [InlineData("37")]
    [Trait("Requirement", "PR-08")]
    public async Task A_hostile_message_is_refused_and_nothing_is_stored(string number)
    {
        var before = await devices.Fleet.StoredAsync();

        Assert.Equal(HttpStatusCode.BadRequest, await devices.SendAsync(number).StatusAsync());
        Assert.Equal(before, await devices.Fleet.StoredAsync());
    }

    [Fact]
    [Trait("Requirement", "PR-01")]
    public async Task A_user_of_a_Mac_is_not_managed() => Assert.Equal(HttpStatusCode.Gone, await devices.SendAsync("40").StatusAsync());

    [Fact]
    [Trait("Requirement", "PR-01")]
    public async Task A_user_of_a_Shared_iPad_leaves_the_device_s_own_channel_alone()
    {
        Assert.Equal(HttpStatusCode.OK, await devices.SendAsync("04").StatusAsync());
        var before = (await devices.Fleet.ViewAsync(SampleFixture.IPad)).Device.Push;

        Assert.Equal(HttpStatusCode.OK, await devices.SendAsync("06").StatusAsync());

        Assert.Equal(before, (await devices.Fleet.ViewAsync(SampleFixture.IPad)).Device.Push);
    }

    [Fact]
    [Trait("Requirement", "PR-01")]
    public async Task A_user_s_channel_does_not_complete_a_command_of_the_device()
    {
        var device = devices.Fleet.Grains.GetGrain<IDevice>(SampleFixture.IPad);
        var queued = await device.Enqueue(new EnqueueRequest(new CommandBody.DeviceLock("hello"), Push: false, "test"));
        var body = System.Text.Encoding.UTF8.GetString(SampleFiles.Get("17"));
        var id = PlistValue.Read(SampleFiles.Get("17")) is PlistValue.Dict keys ? keys.GetString("CommandUUID")! : "";

        Assert.Equal(HttpStatusCode.OK, await devices.Of("17").ConnectAsync(body.Replace(id, queued.Id.ToString("D"), StringComparison.Ordinal)).StatusAsync());

        Assert.Contains((await device.View()).Device.Queue, command => command.Id == queued.Id);
    }

    [Fact]
    [Trait("Requirement", "PR-01")]
    public async Task A_CheckOut_may_be_repeated()
    {
        await using var fleet = await TestFleet.StartAsync();
        using var wire = await Wire.NewAsync(fleet, udid: SampleFixture.UserEnrollment);
        foreach (var number in (string[])["02", "05", "08", "08"])
            Assert.Equal(HttpStatusCode.OK, await wire.CheckInAsync(System.Text.Encoding.UTF8.GetString(SampleFiles.Get(number))).StatusAsync());

        Assert.Equal(EnrollmentStatus.CheckedOut, (await fleet.ViewAsync(SampleFixture.UserEnrollment)).Device.Status);
    }

    [Theory]
    [InlineData("tokens", "SyncTokens")]
    [InlineData("declaration-items", "Declarations")]
    [Trait("Requirement", "PR-01")]
    public async Task Declarative_management_has_no_declarations_yet(string endpoint, string member)
    {
        using var response = await devices.Of("10").CheckInAsync(devices.Of("10").Plist(
            $"<key>MessageType</key><string>DeclarativeManagement</string><key>Endpoint</key><string>{endpoint}</string>"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        using var json = System.Text.Json.JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.True(json.RootElement.TryGetProperty(member, out _));
    }
}

/// <summary>The three devices of the samples, enrolled.</summary>
public sealed class SampleFixture : IAsyncLifetime
{
    public const string IPad = "00008110-000A1D2E3C4B801E";
    public const string Mac = "7E3A1C90-54D2-5B17-8A6F-1D2C3B4A5968";
    public const string UserEnrollment = "3C7D5E21-9A48-4F0B-B6E3-5D1F82A7C490";

    private static readonly HashSet<string> CheckIns =
        ["01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "20", "21", "24", "25", "26", "28", "29", "30", "31", "40"];

    private readonly List<Wire> _wires = [];
    private TestFleet? _fleet;

    public TestFleet Fleet => _fleet ?? throw new InvalidOperationException("The server has not started.");

    public async Task InitializeAsync()
    {
        _fleet = await TestFleet.StartStillAsync();
        foreach (var id in (string[])[IPad, Mac, UserEnrollment])
            _wires.Add(await Wire.NewAsync(_fleet, udid: id));
        foreach (var number in (string[])["01", "02", "03", "04", "05"])
            Assert.Equal(HttpStatusCode.OK, await SendAsync(number).StatusAsync());
    }

    public async Task DisposeAsync()
    {
        _wires.ForEach(wire => wire.Dispose());
        await Fleet.DisposeAsync();
    }

    /// <summary>The device that sends a sample; one that names none is sent by the iPad.</summary>
    internal Wire Of(string number)
    {
        var body = System.Text.Encoding.UTF8.GetString(SampleFiles.Get(number));
        return _wires.FirstOrDefault(wire => body.Contains(wire.Udid, StringComparison.Ordinal)) ?? _wires[0];
    }

    public Task<HttpResponseMessage> SendAsync(string number) => CheckIns.Contains(number)
        ? Of(number).SendAsync("/mdm/checkin", Wire.CheckInType, SampleFiles.Get(number))
        : Of(number).SendAsync("/mdm/connect", Wire.ConnectType + "; charset=UTF-8", SampleFiles.Get(number));
}
