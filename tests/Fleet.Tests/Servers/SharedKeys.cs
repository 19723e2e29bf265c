using Mdm.Fleet.Silo;
using Mdm.Fleet.Storage;

namespace Mdm.Fleet.Fleet.Tests.Servers;

/// <summary>A store that holds nothing but an installation's keys, made once a run; servers of tests start from copies.</summary>
internal static class SharedKeys
{
    private static readonly Lazy<Task<DirectoryInfo>> Made = new(MakeAsync);

    public static async Task CopyAsync(string folder)
    {
        foreach (var file in (await Made.Value).GetFiles())
            file.CopyTo(Path.Combine(folder, file.Name));
    }

    private static async Task<DirectoryInfo> MakeAsync()
    {
        var folder = Directory.CreateTempSubdirectory("fleet-keys-");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => folder.Delete(recursive: true);
        var options = new FleetOptions { DataDirectory = folder.FullName, Store = new StoreOptions(StoreEngine.Sqlite, folder.FullName), Logs = false };
        var app = await FleetServer.CreateAsync(options);
        await app.DisposeAsync();
        return folder;
    }
}
