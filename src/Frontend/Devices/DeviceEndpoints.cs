using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Mdm.Fleet.Frontend.Devices;

/// <summary>The devices' side: check-in and connect.</summary>
public static class DeviceEndpoints
{
    /// <summary>Registers what it needs.</summary>
    public static IServiceCollection AddDevices(this IServiceCollection services) => services
        .AddSingleton<DeviceRequestMetrics>()
        .AddSingleton<DeviceIdentities>()
        .AddSingleton<ProfileCache>()
        .AddSingleton<CommandRenderer>()
        .AddSingleton<DeviceTokens>()
        .AddSingleton<ExpectedDevices>()
        .AddSingleton<CheckIns>()
        .AddSingleton<Connects>()
        .AddSingleton<DeviceDoor>();

    /// <summary>Puts it in front of the pipeline: devices' requests meet no routing, authentication, log line or scope.</summary>
    public static WebApplication UseDevices(this WebApplication app)
    {
        var door = app.Services.GetRequiredService<DeviceDoor>();
        app.Use(next => context => DeviceDoor.Opens(context.Request) ? door.AnswerAsync(context) : next(context));
        return app;
    }
}
