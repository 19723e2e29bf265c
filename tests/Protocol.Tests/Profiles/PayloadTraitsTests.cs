using Mdm.Fleet.Domain.Configurations;
using Mdm.Fleet.Protocol.Profiles;

namespace Mdm.Fleet.Protocol.Tests.Profiles;

public sealed class PayloadTraitsTests
{
    [Fact]
    [Trait("Requirement", "BY-02")]
    public void Only_Wi_Fi_is_known_to_carry_a_device()
    {
        Assert.True(PayloadTraits.Of(new ConfigurationContent.WiFi("Ward")).IsNetwork);
        var cellular = PayloadTraits.Of(new Cellular());
        Assert.False(cellular.IsNetwork);
        Assert.Equal("com.apple.cellular", Assert.Single(cellular.Exclusive));
    }
}
