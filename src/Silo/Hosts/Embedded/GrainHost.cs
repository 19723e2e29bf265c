using System.Collections.Frozen;
using Mdm.Fleet.Embedded;
using Mdm.Fleet.Grains.Devices;
using Mdm.Fleet.Grains.Records;
using Mdm.Fleet.Storage;

namespace Mdm.Fleet.Silo.Hosts;

/// <summary>The grain host that this build has: all grains in this process.</summary>
internal static class GrainHost
{
    /// <summary>Whether servers of this build can share the work with others.</summary>
    public static bool IsCluster => false;

    /// <summary>By which the store knows its owner.</summary>
    public static string Kind => StoreOptions.Embedded;

    /// <summary>Its instruments are the server's own.</summary>
    public static FrozenSet<string> Instruments => [];

    /// <summary>Nothing to check: what makes a cluster is refused before.</summary>
    public static void Check(FleetOptions options)
    {
    }

    public static void Add(WebApplicationBuilder builder, FleetOptions options) => builder.Services.AddEmbeddedGrains(grains =>
    {
        grains.AddGrains(typeof(IDevice).Assembly).AddStream("membership");
        grains.Json = GrainsJson.Default.Options;
    });
}
