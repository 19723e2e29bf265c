using System.Net;
using Mdm.Fleet.Fleet.Tests.Devices;
using Mdm.Fleet.LoadSim.Devices;
using Mdm.Fleet.Storage;
using Mdm.Fleet.Storage.Tests;

namespace Mdm.Fleet.Fleet.Tests.Servers;

public class ServerTests
{
    [Fact]
    [Trait("Requirement", "PR-01")]
    [Trait("Requirement", "PR-02")]
    public async Task A_device_enrols_on_PostgreSQL_and_is_known_after_a_restart()
    {
        await using var cluster = await PostgresCluster.StartNewAsync();
        var store = StoreOptions.Parse("postgres:" + await cluster.NewDatabaseAsync());
        await using var fleet = await TestFleet.StartAsync(options => options with { Store = store });
        var facts = DeviceFacts.Of(seed: 5, number: 1);
        using var device = new SimulatedDevice(facts, new DeviceOptions(), fleet.Roots, TimeProvider.System, seed: 1);
        await device.EnrolAsync(await fleet.NewEnrolmentAsync(), CancellationToken.None);

        await fleet.StopAsync();
        await fleet.StartAgainAsync();
        await device.ConnectAsync(CancellationToken.None);

        Assert.True(device.Enrolled);
        Assert.Equal(facts.DeviceName, (await fleet.ViewAsync(facts.Udid)).Device.Facts.Name);
    }

    [Fact]
    public async Task A_restart_keeps_the_installation_its_authorities_and_its_devices()
    {
        await using var fleet = await TestFleet.StartAsync();
        var (installation, authority) = (fleet.Keys.Installation, fleet.Keys.Devices.Certificate.RawData);
        using var wire = await (await Wire.NewAsync(fleet, IdentityProof.TlsCertificate)).EnrolledAsync();

        await fleet.StopAsync();
        await fleet.StartAgainAsync();

        Assert.Equal(installation, fleet.Keys.Installation);
        Assert.Equal(authority, fleet.Keys.Devices.Certificate.RawData);
        Assert.Equal(HttpStatusCode.OK, await wire.IdleAsync().StatusAsync());
    }

    [Fact]
    public async Task Health_tells_whether_the_store_can_be_reached()
    {
        FaultyStore? store = null;
        await using var fleet = await TestFleet.StartAsync(extend: FaultyStore.Between(faulty => store = faulty));
        using var browser = fleet.Browser();

        Assert.Equal(HttpStatusCode.OK, await browser.GetAsync(new Uri(fleet.PublicUrl, "/health/ready")).StatusAsync());
        store!.Failure = () => new StoreUnavailableException("down");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await browser.GetAsync(new Uri(fleet.PublicUrl, "/health/ready")).StatusAsync());
        Assert.Equal(HttpStatusCode.OK, await browser.GetAsync(new Uri(fleet.PublicUrl, "/health/live")).StatusAsync());
    }
}
