using Orleans;

namespace Mdm.Fleet.Cluster.Hosting;

/// <summary>A frontend that starts before its silos waits for them, for half a minute: then it fails, and whoever watches it looks why.</summary>
internal sealed class SilosAwaited : IClientConnectionRetryFilter
{
    private const int AttemptsMax = 30;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private int _attempts;

    public async Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken)
    {
        await Task.Delay(Pause, cancellationToken);
        return ++_attempts < AttemptsMax;
    }
}
