using Mdm.Fleet.Frontend.Admin;
using Mdm.Fleet.Frontend.Live;
using Mdm.Fleet.Frontend.SignIn;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Mdm.Fleet.Frontend;

/// <summary>The request pipeline, in one place.</summary>
public static class FleetEndpoints
{
    /// <summary>Registers what the endpoints need; the container must hold a record store, a grain factory, a clock and the installation's keys.</summary>
    public static IServiceCollection AddFleet(this IServiceCollection services, FrontendOptions options) => services
        .AddSingleton(options)
        .AddAdmin()
        .AddSignIn()
        .AddLive();

    /// <summary>Maps all that is served.</summary>
    public static WebApplication MapFleet(this WebApplication app)
    {
        app.UseRouting();
        return app.MapAdmin().MapSignIn().MapLive();
    }
}
