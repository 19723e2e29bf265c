using System.Diagnostics.Metrics;
using Mdm.Fleet.Cluster;
using Mdm.Fleet.Domain.IdentityProviders;
using Mdm.Fleet.Domain.Mail;
using Mdm.Fleet.Domain.Push;
using Mdm.Fleet.Frontend;
using Mdm.Fleet.Frontend.Keys;
using Mdm.Fleet.Grains;
using Mdm.Fleet.Outbound.Mail;
using Mdm.Fleet.Outbound.Oidc;
using Mdm.Fleet.Outbound.Push;
using Mdm.Fleet.Silo.Hosts;
using Mdm.Fleet.Silo.Observability;
using Mdm.Fleet.Silo.Push;
using Mdm.Fleet.Silo.Start;
using Mdm.Fleet.Storage;
using Mdm.Fleet.Storage.Secrets;
using Mdm.Fleet.Storage.Telemetry;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Mdm.Fleet.Silo;

/// <summary>The composition: store, keys, grains, push, web. A test builds the same server in its own process.</summary>
public static class FleetServer
{
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(8);

    /// <summary>Opens the store, loads or makes the keys, and puts the server together; it does not listen yet.</summary>
    /// <exception cref="StoreRefusedException">In use, unreachable, not writable or newer.</exception>
    /// <exception cref="SecretUnreadableException">The master key is not the store's.</exception>
    /// <exception cref="IOException"/>
    /// <exception cref="UnauthorizedAccessException"/>
    public static async Task<WebApplication> CreateAsync(FleetOptions options, Action<IServiceCollection>? extend = null)
    {
        GrainHost.Check(options);
        PrivateFiles.CreateDirectory(options.DataDirectory);
        var box = new SecretBox(options.MasterKey ?? MasterKey.LoadOrCreate(Path.Combine(options.DataDirectory, "master.key")));
        var meter = FleetTelemetry.NewMeter();
        var store = await RecordStores.OpenAsync(options.Store with { HostKind = GrainHost.Kind, ClusterId = options.Cluster.ClusterId, Meter = meter });
        try
        {
            await KeptStates.CheckAsync(store, options.Store, options.Cluster.States);
            var keys = await InstallationKeys.LoadAsync(store, box, Listening.Names(options), options.Time);
            return Compose(options, store, box, keys, meter, extend);
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    private static WebApplication Compose(
        FleetOptions options, IRecordStore store, SecretBox box, InstallationKeys keys, Meter meter, Action<IServiceCollection>? extend)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        LogOutput.Configure(builder.Logging, options);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => Listening.Configure(kestrel, options, keys));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopWithin + options.Observability.Drain);
        builder.Services.AddObservability(options, meter);

        // Made by factories, so that the container disposes of them when all who use them have ended.
        builder.Services.AddSingleton(_ => store).AddSingleton(_ => keys);
        builder.Services.AddSingleton(options).AddSingleton(options.Time).AddSingleton(box);
        GrainHost.Add(builder, options);
        builder.Services.AddGrainObservability(options);
        builder.Services.AddSingleton<IMailSender>(_ => new SmtpSender(options.Smtp, options.Time));
        builder.Services.AddHostedService<KeyRenewal>().AddSingleton<ServerEnd>();
        if (options.Cluster.Role != ServerRole.Silo)
            AddFrontend(builder.Services, options, keys);
        if (options.Cluster.Role != ServerRole.Frontend)
            AddGrains(builder.Services, options, keys);
        extend?.Invoke(builder.Services);

        var app = builder.Build();
        app.UseObservability();
        if (options.Cluster.Role != ServerRole.Silo)
            app.MapFleet();
        app.Services.GetRequiredService<ServerEnd>().Watch();
        return app;
    }

    private static void AddFrontend(IServiceCollection services, FleetOptions options, InstallationKeys keys) => services
        .AddSingleton(keys.Installation)
        .AddSingleton<IIdentityProviderClient>(_ => new OidcClient(options.Oidc, options.Time))
        .AddFleet(options.Frontend with
        {
            CopiesFolder = Path.Combine(options.DataDirectory, "copies"),
            TraceRatio = options.Observability.Otlp is null ? null : options.Observability.TraceRatio,
        });

    private static void AddGrains(IServiceCollection services, FleetOptions options, InstallationKeys keys)
    {
        services.AddFleetGrains(keys.Installation).AddHostedService<EventRetention>();
        services.AddSingleton<IPushCertificates, PushCertificates>();
        services.AddSingleton<IPushSender>(provider =>
            new ApnsClient(options.Apns, provider.GetRequiredService<IPushCertificates>(), options.Time, Random.Shared));

        // The web side has these too.
        services.TryAddSingleton(options.Frontend);
        services.TryAddSingleton<PushTopic>();
    }
}
