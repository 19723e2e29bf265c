using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Mdm.Fleet.Cluster.Hosting;

/// <summary>
/// While a silo joins, declares those dead that have given no sign of life in the table for three of its periods and take no connection. A joining silo
/// waits for all that the table calls active, and only active ones vote: where all were killed at once and come back at other addresses,
/// nobody else would.
/// </summary>
internal sealed partial class StaleSilos(
    IMembershipTable table, IClusterMembershipService membership, ILocalSiloDetails self, IOptions<ClusterMembershipOptions> options, TimeProvider time, ILogger<StaleSilos> log)
    : ILifecycleParticipant<ISiloLifecycle>
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    public void Participate(ISiloLifecycle lifecycle)
    {
        var joined = new CancellationTokenSource();
        var looking = Task.CompletedTask;
        lifecycle.Subscribe(
            nameof(StaleSilos), ServiceLifecycleStage.ApplicationServices,
            _ =>
            {
                looking = Task.Run(() => LookAsync(joined.Token), CancellationToken.None);
                return Task.CompletedTask;
            },
            _ => EndAsync());
        lifecycle.Subscribe(nameof(StaleSilos), ServiceLifecycleStage.Active, _ => EndAsync());

        async Task EndAsync()
        {
            await joined.CancelAsync();
            await looking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                foreach (var (silo, _) in (await table.ReadAll()).Members)
                    await LookAtAsync(silo, cancellationToken);
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
            {
                Unread(log, failure.Message);
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    private async Task LookAtAsync(MembershipEntry silo, CancellationToken cancellationToken)
    {
        var limit = options.Value.IAmAliveTablePublishTimeout * options.Value.NumMissedTableIAmAliveLimit;
        var lastSign = silo.IAmAliveTime > silo.StartTime ? silo.IAmAliveTime : silo.StartTime;
        if (silo.Status != SiloStatus.Active || silo.SiloAddress.Equals(self.SiloAddress) || time.GetUtcNow().UtcDateTime - lastSign < limit
            || await SiloReach.AnswersAsync(silo.SiloAddress, time, cancellationToken))
            return;
        Stale(log, silo.SiloAddress, lastSign);
        await membership.TryKill(silo.SiloAddress);
    }

    [LoggerMessage(EventName = "StaleSilo", Level = LogLevel.Warning, Message = "The silo {Silo} gave its last sign of life at {LastSign:u} and takes no connection: it is declared dead")]
    private static partial void Stale(ILogger log, SiloAddress silo, DateTime lastSign);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The membership table can't be searched for dead silos now: {Reason}")]
    private static partial void Unread(ILogger log, string reason);
}
