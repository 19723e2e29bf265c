using Mdm.Fleet.Bench;
using Mdm.Fleet.Bench.Clusters;
using Mdm.Fleet.Bench.States;

// dotnet run -c Release --project bench -- <what> [options]
switch (args)
{
    case ["grains", .. var rest]:
        await GrainBench.RunAsync(rest);
        return 0;
    case ["plist"]:
        PlistBench.Run();
        return 0;
    case ["storage", .. var rest]:
        await StorageBench.RunAsync(rest);
        return 0;
    case ["states", .. var rest]:
        return await StatesBench.RunAsync(rest);
    case ["scan", .. var rest]:
        await ScanBench.RunAsync(rest);
        return 0;
    case ["http", .. var rest]:
        await HttpBench.RunAsync(rest);
        return 0;
    case ["evaluate"]:
        EvaluationBench.Run();
        return 0;
    case ["fanout", .. var rest]:
        await FanoutBench.RunAsync(rest);
        return 0;
    case ["import", .. var rest]:
        await ImportBench.RunAsync(rest);
        return 0;
    case ["start", .. var rest]:
        await HttpBench.StartAsync(rest);
        return 0;
    case ["day", .. var rest]:
        await DeviceDayBench.RunAsync(rest);
        return 0;
    case ["cluster", .. var rest]:
        return await ClusterBench.RunAsync(rest);
    case ["hosts", .. var rest]:
        return await HostsBench.RunAsync(rest);
    case ["move", .. var rest]:
        return await MoveBench.RunAsync(rest);
    case ["partition", .. var rest]:
        return await PartitionBench.RunAsync(rest);
    default:
        Console.Error.WriteLine("""
            dotnet run -c Release --project bench -- WHAT
              plist                                   decoding a check-in against XmlReader
              grains [N]                              calls and memory of N grains (100000)
              storage [postgres:…]                    group-committed writes against one by one, SQLite and PostgreSQL
              states [postgres:…]                     grain states by Orleans' ADO.NET provider and group-committed; built with -p:GrainHost=Orleans
              scan [postgres:…]                       passes over the facts of 100,000 devices, and due marks in bulk, SQLite and PostgreSQL
              http [DEVICES] [SECONDS] [postgres:…]   idle, TokenUpdate, command cycle over HTTP, ratios to the peer
              evaluate                                what one device costs against 500 groups and 1,000 items
              fanout [DEVICES] [KILLS] [postgres:…]   a distribution change to a seeded fleet (100000), killed and restarted KILLS times (0)
              import [ROWS] [postgres:…]              people and devices by CSV over HTTP (10000), each file twice
              day [DEVICES] [SECONDS]                 what a device costs the server in a day, at a size of fleet (1000)
              cluster [DEVICES] [TURNS]               a shift change (2000, 1) on three silos of which one is killed, one stopped, and a fourth joins;
                                                      only when built with -p:GrainHost=Orleans
              hosts [DEVICES] [SECONDS]               the embedded host and a cluster of one silo under the same load; both built, this bench for Orleans
              move [DEVICES] [TURNS]                  a shift (60, 6) whose database goes from the embedded host to three silos and back; both built, as above
              partition [DEVICES] [TURNS]             a shift (100, 6) on three silos of which one is cut off, then all, and PostgreSQL; root, iproute2, the same build
              start [DEVICES]                         start and memory with devices enrolled (10000)
            """);
        return 2;
}
