using System.Globalization;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Mdm.Fleet.Cluster.Hosting;

/// <summary>A frontend that starts before its silos waits for them, for half a minute: then it fails, and whoever watches it looks why.</summary>
internal sealed class SilosAwaited(IOptions<ClusterOptions> cluster) : IClientConnectionRetryFilter
{
    private const int AttemptsMax = 30;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private int _attempts;

    /// <exception cref="OrleansException">It was the last attempt.</exception>
    public async Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken)
    {
        if (++_attempts == AttemptsMax)
            throw new OrleansException(
                string.Create(CultureInfo.InvariantCulture, $"no silo of cluster {cluster.Value.ClusterId} was found in {AttemptsMax} attempts: {exception.Message}"), exception);
        await Task.Delay(Pause, cancellationToken);
        return true;
    }
}
