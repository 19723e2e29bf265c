using Mdm.Fleet.Frontend.Keys;

namespace Mdm.Fleet.Silo.Start;

/// <summary>Looks once a day whether the certificates of HTTPS and of profiles have to be made anew.</summary>
internal sealed class KeyRenewal(InstallationKeys keys, TimeProvider time, ILogger<KeyRenewal> log) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromDays(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await keys.RenewAsync(time.GetUtcNow());
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                // There are two months to try again.
                log.LogWarning(e, "The certificates could not be looked after: {Reason}", e.Message);
            }
        }
    }
}
