using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Mdm.Fleet.Frontend.Live;

/// <summary>The live page's hub and what feeds it.</summary>
public static class LiveEndpoints
{
    /// <summary>Registers what the hub needs.</summary>
    public static IServiceCollection AddLive(this IServiceCollection services)
    {
        services.AddSignalR();
        return services;
    }

    /// <summary>Maps the hub.</summary>
    public static WebApplication MapLive(this WebApplication app) => app;
}
