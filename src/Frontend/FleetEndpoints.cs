using Mdm.Fleet.Frontend.Admin;
using Mdm.Fleet.Frontend.Devices;
using Mdm.Fleet.Frontend.Enrollment;
using Mdm.Fleet.Frontend.Invitations;
using Mdm.Fleet.Frontend.Keys;
using Mdm.Fleet.Frontend.Live;
using Mdm.Fleet.Frontend.Register;
using Mdm.Fleet.Frontend.SignIn;
using Mdm.Fleet.Frontend.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Mdm.Fleet.Frontend;

/// <summary>The request pipeline, in one place.</summary>
public static class FleetEndpoints
{
    /// <summary>
    /// Registers what the endpoints need; the container must hold a record store, a grain factory, a clock, a meter, <see cref="InstallationKeys"/>
    /// and the secret box.
    /// </summary>
    public static IServiceCollection AddFleet(this IServiceCollection services, FrontendOptions options) => services
        .AddSingleton(options)
        .AddSingleton<TrustedProxies>()
        .AddSingleton<RequestTraces>()
        .AddSingleton<RequestTelemetry>()
        .AddSingleton<PushTopic>()
        .AddDevices()
        .AddEnrollment()
        .AddAdmin()
        .AddSignIn()
        .AddInvitations()
        .AddRegister()
        .AddLive();

    /// <summary>Maps all that is served. Devices come first: nothing of what follows can answer them.</summary>
    public static WebApplication MapFleet(this WebApplication app)
    {
        app.UseDevices();
        var telemetry = app.Services.GetRequiredService<RequestTelemetry>();
        app.Use(next => context => telemetry.AnswerAsync(context, next));
        app.UseRouting();
        return app.MapEnrollment().MapAdmin().MapSignIn().MapInvitations().MapRegister().MapLive();
    }
}
