using Mdm.Fleet.Embedded;
using Mdm.Fleet.Grains.Devices;

namespace Mdm.Fleet.Grains.Tests.Hosting;

public sealed class ContractTests
{
    [Fact]
    public void Contracts_carry_immutable_values_only() => Assert.True(ContractCheck.Check(typeof(DeviceGrain).Assembly) is { Count: 0 }, string.Join("\n", ContractCheck.Check(typeof(DeviceGrain).Assembly)));
}
