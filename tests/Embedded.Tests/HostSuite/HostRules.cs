namespace Mdm.Fleet.Embedded.Tests.HostSuite;

/// <summary>The base of the suite: each test has a host of its own.</summary>
public abstract class HostRules : IAsyncLifetime
{
    protected ISuiteHost Host { get; private set; } = null!;

    protected Journal Journal => Host.Journal;

    public async Task InitializeAsync() => Host = await StartAsync();

    public async Task DisposeAsync() => await Host.DisposeAsync();

    protected abstract Task<ISuiteHost> StartAsync();

    protected T Grain<T>(string key)
        where T : Orleans.IGrainWithStringKey => Host.Grains.GetGrain<T>(key);

    /// <summary>A test that hangs says so.</summary>
    protected static Task<T> Soon<T>(Task<T> task) => task.WaitAsync(TimeSpan.FromSeconds(30));

    /// <inheritdoc cref="Soon{T}"/>
    protected static Task Soon(Task task) => task.WaitAsync(TimeSpan.FromSeconds(30));
}
