namespace Mdm.Fleet.Fleet.Tests.Servers;

/// <summary>One server for all tests of a class that leave each other alone.</summary>
public sealed class FleetFixture : IAsyncLifetime
{
    private TestFleet? _fleet;

    public TestFleet Fleet => _fleet ?? throw new InvalidOperationException("The server has not started.");

    public async Task InitializeAsync() => _fleet = await TestFleet.StartAsync();

    public async Task DisposeAsync() => await Fleet.DisposeAsync();
}
