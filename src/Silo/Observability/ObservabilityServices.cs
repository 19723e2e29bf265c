using System.Diagnostics.Metrics;
using Mdm.Fleet.Silo.Observability.Health;
using Mdm.Fleet.Silo.Observability.Prometheus;

namespace Mdm.Fleet.Silo.Observability;

/// <summary>Health, metrics and traces of one server.</summary>
internal static class ObservabilityServices
{
    /// <summary>Registers them. Where nobody takes metrics or traces, none are kept.</summary>
    public static IServiceCollection AddObservability(this IServiceCollection services, FleetOptions options, Meter meter)
    {
        var observability = options.Observability;
        services.AddSingleton(_ => meter).AddSingleton(observability);
        services.AddSingleton<Heartbeat>().AddHostedService(provider => provider.GetRequiredService<Heartbeat>());
        services.AddSingleton<StoreWatch>().AddHostedService<StorePulse>();
        services.AddSingleton<Draining>().AddHostedService(provider => provider.GetRequiredService<Draining>());
        services.AddSingleton<Readiness>();
        services.AddHostedService<StartLog>();
        if (!observability.IsMeasured)
            return services;
        services.AddHostedService<FleetMetrics>();
        services.AddSingleton<PrometheusExporter>();
        services.AddSingleton<TelemetryExport>().AddHostedService(provider => provider.GetRequiredService<TelemetryExport>());
        return services;
    }

    /// <summary>Registers what asks grains, hence after those who run them: services start in this order.</summary>
    public static IServiceCollection AddGrainObservability(this IServiceCollection services, FleetOptions options) =>
        options.Observability.IsMeasured ? services.AddHostedService<CertificateMetrics>() : services;

    /// <summary>Serves health on every listener, and nothing but health and metrics on the separate one.</summary>
    public static WebApplication UseObservability(this WebApplication app)
    {
        if (app.Services.GetRequiredService<ObservabilityOptions>().Metrics is not null)
            app.MapWhen(MetricsListener.IsSeparate, MetricsListener.Serve);
        return app.MapHealth();
    }
}
