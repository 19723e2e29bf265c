using Mdm.Fleet.Domain.Configurations;
using Mdm.Fleet.Frontend.Devices;

namespace Mdm.Fleet.Fleet.Tests.Devices;

public class ProfileCacheTests
{
    [Fact]
    public void Payloads_weigh_what_their_files_do_and_the_least_used_go_first()
    {
        var cache = new ProfileCache();
        var file = new byte[1024 * 1024];
        for (var i = 0; i < 100; i++)
        {
            cache.Keep($"{i}", new Payload("profile", new ConfigurationContent.CustomProfile(file), null));
            Assert.NotNull(cache.Payload("0"));
        }

        Assert.InRange(cache.PayloadBytes, 60 * file.Length, ProfileCache.BytesMax);
        Assert.Null(cache.Payload("1"));
        Assert.NotNull(cache.Payload("99"));
    }
}
