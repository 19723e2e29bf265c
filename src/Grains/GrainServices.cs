using Mdm.Fleet.Grains.Catalog;
using Mdm.Fleet.Grains.Configurations;
using Mdm.Fleet.Grains.Devices;
using Mdm.Fleet.Grains.Mail;
using Mdm.Fleet.Grains.Push;
using Mdm.Fleet.Grains.Sweeping;
using Mdm.Fleet.Grains.Users;
using Microsoft.Extensions.DependencyInjection;

namespace Mdm.Fleet.Grains;

/// <summary>What grains need beside the host, the store, a clock, a meter, a push sender, a mail sender and the secret box.</summary>
public static class GrainServices
{
    public static IServiceCollection AddFleetGrains(this IServiceCollection services, Installation installation) => services
        .AddSingleton(installation)
        .AddSingleton<CatalogCache>()
        .AddSingleton<Passwords>()
        .AddSingleton<Mailroom>()
        .AddSingleton<LastSeen>()
        .AddSingleton<PushOutlook>()
        .AddSingleton<DeviceJournal>()
        .AddSingleton<PushMetrics>()
        .AddSingleton<DueMetrics>()
        .AddSingleton<FanoutMetrics>()
        .AddHostedService(services => services.GetRequiredService<LastSeen>())
        .AddHostedService<SweeperPulse>();
}
