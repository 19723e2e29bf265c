namespace Mdm.Fleet.Fleet.Tests.Servers;

/// <summary>One server whose sweepers sleep, for the tests of a class that compare what is stored.</summary>
public sealed class StillFixture : IAsyncLifetime
{
    private TestFleet? _fleet;

    public TestFleet Fleet => _fleet ?? throw new InvalidOperationException("The server has not started.");

    public async Task InitializeAsync() => _fleet = await TestFleet.StartStillAsync();

    public async Task DisposeAsync() => await Fleet.DisposeAsync();
}
