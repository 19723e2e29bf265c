using Mdm.Fleet.Storage;

namespace Mdm.Fleet.Silo.Start;

/// <summary>
/// How the server ended: with success only when it was asked to stop. A store that another owns now, or a background service that
/// failed, ends it too, and whoever supervises the process has to start it again.
/// </summary>
public sealed class ServerEnd(IRecordStore store, IHostApplicationLifetime lifetime, IServiceProvider services, ILogger<ServerEnd> log)
{
    private int _exitCode;

    /// <summary>Of the process: 0 or 1.</summary>
    public int ExitCode => Volatile.Read(ref _exitCode);

    /// <summary>Watches from now on.</summary>
    internal void Watch()
    {
        store.OwnershipLost.Register(() =>
        {
            log.LogCritical("The ownership of the store is lost: the server stops.");
            Volatile.Write(ref _exitCode, 1);
            lifetime.StopApplication();
        });
        lifetime.ApplicationStopping.Register(() =>
        {
            if (services.GetServices<IHostedService>().OfType<BackgroundService>().Any(service => service.ExecuteTask is { IsFaulted: true }))
                Volatile.Write(ref _exitCode, 1);
        });
    }
}
