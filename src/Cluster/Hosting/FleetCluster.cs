using System.Net;
using Mdm.Fleet.Cluster.Codec;
using Mdm.Fleet.Cluster.Hosting.Kubernetes;
using Mdm.Fleet.Cluster.Storage;
using Mdm.Fleet.Grains.Devices;
using Mdm.Fleet.Grains.Records;
using Mdm.Fleet.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Providers;
using Orleans.Runtime;
using Orleans.Runtime.Hosting;
using Orleans.Serialization;
using Orleans.Serialization.Cloning;
using Orleans.Serialization.Configuration;
using Orleans.Serialization.Serializers;
using Orleans.Storage;
using Orleans.Streams;

namespace Mdm.Fleet.Cluster.Hosting;

/// <summary>Puts a silo, or a client of silos, into a container.</summary>
public static class FleetCluster
{
    /// <summary>The host kind by which a cluster's processes share their store.</summary>
    public const string HostKind = "orleans";

    private const string ServiceId = "mdm-fleet";
    private const string Invariant = "Npgsql";
    private const string HintStream = "membership";
    private const string AdoNetStorage = "adonet";

    /// <summary>How long a hint is tried again while its device fails: after that the due mark has to do.</summary>
    private static readonly TimeSpan HintPatience = TimeSpan.FromSeconds(10);

    /// <summary>The first answer to a probe that is waited for; a silo that has said nothing for twelve times as long can be voted dead.</summary>
    private static readonly TimeSpan Probe = TimeSpan.FromSeconds(2);

    /// <summary>How long a silo that nobody reaches can take itself for alive: it learns from the table that it was voted dead.</summary>
    private static readonly TimeSpan TableRefresh = TimeSpan.FromSeconds(15);

    /// <summary>How often a silo says in the table that it is alive; after three that are missing it can be taken for dead by one that joins.</summary>
    private static readonly TimeSpan SignOfLife = TimeSpan.FromSeconds(10);

    /// <summary>Adds a silo. The container must hold the record store.</summary>
    /// <param name="builder">The process.</param>
    /// <param name="settings">Its place in the cluster.</param>
    /// <param name="database">The PostgreSQL database of the cluster; null = none: this silo is alone.</param>
    /// <param name="extend">What else the silo has.</param>
    public static void AddFleetSilo(this IHostApplicationBuilder builder, ClusterSettings settings, string? database, Action<ISiloBuilder>? extend = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        AddClocks(builder.Services);
        builder.UseOrleans(silo =>
        {
            silo.Configure<ClusterOptions>(cluster => Name(cluster, settings));
            Join(silo, settings, database);
            silo.Services.AddSingleton<IFatalErrorHandler, SiloFailed>();
            silo.Services.AddFleetCodec();
            silo.AddGrainStates(settings, database);
            silo.AddHints(settings, database);
            silo.AddOutgoingGrainCallFilter<StoreFailures>();
            silo.AddOutgoingGrainCallFilter<CallTraces>();
            silo.AddIncomingGrainCallFilter<CallTraces>();

            // Grains live where their first call arrives: a device's next one mostly arrives at the same silo.
            silo.Services.AddSingleton<PlacementStrategy, PreferLocalPlacement>();
            extend?.Invoke(silo);
        });
    }

    /// <summary>Adds a client of a cluster's silos.</summary>
    public static void AddFleetClient(this IHostApplicationBuilder builder, ClusterSettings settings, string database)
    {
        ArgumentNullException.ThrowIfNull(settings);
        builder.UseOrleansClient(client =>
        {
            client.Configure<ClusterOptions>(cluster => Name(cluster, settings));
            client.UseConnectionRetryFilter<SilosAwaited>();
            client.UseAdoNetClustering(table => (table.Invariant, table.ConnectionString) = (Invariant, database));
            client.Services.AddFleetCodec();
            client.AddOutgoingGrainCallFilter<StoreFailures>();
            client.AddOutgoingGrainCallFilter<CallTraces>();
        });
    }

    /// <summary>
    /// Timers go by the container's clock. What Orleans measures for itself (late calls, idle grains, the age of messages in streams) goes by the system's,
    /// with which it compares in places whatever clock it is given.
    /// </summary>
    private static void AddClocks(IServiceCollection services)
    {
        services.AddKeyedSingleton<TimeProvider>(KeyedService.AnyKey, TimeProvider.System);
        services.AddKeyedSingleton<TimeProvider>(TimeProviderNames.Grains, (provider, _) => provider.GetRequiredService<TimeProvider>());
    }

    private static void Name(ClusterOptions cluster, ClusterSettings settings) => (cluster.ClusterId, cluster.ServiceId) = (settings.ClusterId, ServiceId);

    private static void Join(ISiloBuilder silo, ClusterSettings settings, string? database)
    {
        var address = settings.Advertise ?? settings.Pod?.Address ?? IPAddress.Loopback;
        var siloPort = Ports.OrFree(settings.SiloPort);
        if (settings.Pod is { } pod)
        {
            silo.Configure<SiloOptions>(options => options.SiloName = pod.Name);
            silo.Services.AddHostedService(provider => ActivatorUtilities.CreateInstance<PodWatch>(provider, pod));
        }

        if (database is null)
        {
            silo.UseDevelopmentClustering(new IPEndPoint(address, siloPort));
            silo.ConfigureEndpoints(address, siloPort, gatewayPort: 0);
            return;
        }

        silo.UseAdoNetClustering(table => (table.Invariant, table.ConnectionString) = (Invariant, database));
        silo.Configure<ClusterMembershipOptions>(membership =>
            (membership.ProbeTimeout, membership.TableRefreshTimeout, membership.IAmAliveTablePublishTimeout) = (Probe, TableRefresh, SignOfLife));
        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, StaleSilos>();
        silo.ConfigureEndpoints(address, siloPort, Ports.OrFree(settings.GatewayPort), listenOnAnyHostAddress: false);
    }

    private static void AddFleetCodec(this IServiceCollection services)
    {
        services.AddSerializer(serializer => serializer.AddAssembly(typeof(IDevice).Assembly).AddAssembly(typeof(FleetCluster).Assembly));
        services.AddSingleton(_ => new DomainCodec(DomainJson.WithRecords()));
        services.AddSingleton<IGeneralizedCodec>(provider => provider.GetRequiredService<DomainCodec>());
        services.AddSingleton<IGeneralizedCopier>(provider => provider.GetRequiredService<DomainCodec>());
        services.AddSingleton<ITypeFilter>(provider => provider.GetRequiredService<DomainCodec>());
        services.Configure<ExceptionSerializationOptions>(exceptions => exceptions.SupportedNamespacePrefixes.Add("Mdm.Fleet"));
        services.Configure<TypeManifestOptions>(types => types.WellKnownTypeAliases[DomainCodec.Name] = typeof(DomainCodec));
    }

    private static void AddGrainStates(this ISiloBuilder silo, ClusterSettings settings, string? database)
    {
        if (settings.States == GrainStates.AdoNet)
            silo.AddAdoNetGrainStorage(AdoNetStorage, states =>
                (states.Invariant, states.ConnectionString, states.DeleteStateOnClear, states.GrainStorageSerializer) =
                    (Invariant, database, true, new JsonStates(GrainsJson.Default.Options)));
        silo.Services.AddGrainStorage(ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME, (provider, _) => States(provider, settings));
    }

    private static IGrainStorage States(IServiceProvider provider, ClusterSettings settings)
    {
        var (store, json) = (provider.GetRequiredService<IRecordStore>(), GrainsJson.Default.Options);
        return settings.States == GrainStates.AdoNet
            ? new AdoNetStates(provider.GetRequiredKeyedService<IGrainStorage>(AdoNetStorage), store, json)
            : new RecordGrainStorage(store, json);
    }

    private static void AddHints(this ISiloBuilder silo, ClusterSettings settings, string? database)
    {
        if (settings.Streams == HintStreams.Memory)
            silo.AddMemoryStreams(HintStream, Deliver);
        else
            silo.AddAdoNetStreams(HintStream, (SiloAdoNetStreamConfigurator streams) =>
            {
                streams.ConfigureAdoNet(queues => queues.Configure(options => (options.Invariant, options.ConnectionString) = (Invariant, database!)));
                Deliver(streams);
            });
    }

    private static void Deliver(ISiloPersistentStreamConfigurator streams)
    {
        streams.ConfigureStreamPubSub(StreamPubSubType.ImplicitOnly);
        streams.ConfigurePullingAgent(agent => agent.Configure(pulling => pulling.MaxEventDeliveryTime = HintPatience));
    }
}
