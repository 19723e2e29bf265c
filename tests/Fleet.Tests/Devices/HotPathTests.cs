using System.Net;
using Mdm.Fleet.Fleet.Tests.Servers;
using Mdm.Fleet.Frontend.Devices;
using Mdm.Fleet.LoadSim.Devices;
using Microsoft.Extensions.DependencyInjection;

namespace Mdm.Fleet.Fleet.Tests.Devices;

/// <summary>An idle connect of an up-to-date device: no storage, no certificate parsed for a proof seen before (DESIGN.md, section 6).</summary>
public class HotPathTests
{
    [Theory]
    [InlineData(IdentityProof.Header)]
    [InlineData(IdentityProof.TlsCertificate)]
    [Trait("Requirement", "PR-01")]
    public async Task Idle_connects_touch_no_storage_and_parse_no_certificate(IdentityProof proof)
    {
        FaultyStore? store = null;
        await using var fleet = await TestFleet.StartAsync(extend: services =>
        {
            TestFleet.Still(services);
            FaultyStore.Between(faulty => store = faulty)(services);
        });
        using var wire = await (await Wire.NewAsync(fleet, proof)).EnrolledAsync();
        await wire.AcknowledgeAllAsync();
        var identities = fleet.Services.GetRequiredService<DeviceIdentities>();
        var (calls, judged) = (store!.Calls, identities.Judged);

        for (var i = 0; i < 100; i++)
        {
            using var response = await wire.IdleAsync();
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal(0, response.Content.Headers.ContentLength);
        }

        Assert.Equal((0, 0), (store.Calls - calls, identities.Judged - judged));
        Assert.Equal(1, judged);
    }
}
