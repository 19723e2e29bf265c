using Mdm.Fleet.Frontend.Admin.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Mdm.Fleet.Frontend.Live;

/// <summary>The live page, its hub and what feeds it.</summary>
public static class LiveEndpoints
{
    private const int MessageBytesMax = 4 * 1024;

    /// <summary>Registers what the hub needs.</summary>
    public static IServiceCollection AddLive(this IServiceCollection services)
    {
        services.AddSignalR(options =>
        {
            options.MaximumReceiveMessageSize = MessageBytesMax;
            options.KeepAliveInterval = TimeSpan.FromSeconds(10);
            options.ClientTimeoutInterval = TimeSpan.FromSeconds(40);
        });
        return services
            .AddSingleton<FleetLog>()
            .AddSingleton<FleetPages>()
            .AddSingleton<LiveMetrics>()
            .AddSingleton<LiveFeed>()
            .AddHostedService(static provider => provider.GetRequiredService<LiveFeed>())
            .AddSingleton<OpenPages>()
            .AddHostedService(static provider => provider.GetRequiredService<OpenPages>())
            .AddSingleton<ConsoleFiles>();
    }

    /// <summary>Maps the hub and the console's pages.</summary>
    public static WebApplication MapLive(this WebApplication app)
    {
        app.MapHub<FleetHub>("/hubs/fleet").Needs(Right.ReadFleet);
        ConsoleFiles.Map(app);
        return app;
    }
}
