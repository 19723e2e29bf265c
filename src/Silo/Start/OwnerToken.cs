using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Mdm.Fleet.Grains.Admin;
using Mdm.Fleet.Storage;
using Mdm.Fleet.Storage.Secrets;
using Orleans;

namespace Mdm.Fleet.Silo.Start;

/// <summary>
/// The first way in: a token of the role owner, made at first start and shown once. That it was shown is written down afterwards, so a
/// process killed in between shows a new one at the next start.
/// </summary>
public static class OwnerToken
{
    private const int TokenBytes = 32;
    private static readonly RecordKey Shown = new("installation", "owner-token");

    /// <summary>Makes the token and hands it to <paramref name="show"/>; null = there was one already.</summary>
    public static async Task<string?> EnsureAsync(IRecordStore store, IGrainFactory grains, Action<string> show)
    {
        if (await store.ReadAsync(Shown) is not null)
            return null;
        var token = "fleet_" + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenBytes));
        var key = TokenHash.Of(token);
        await grains.GetGrain<IApiToken>(key).Create("owner", "owner");
        show(token);
        await store.WriteAsync(new RecordWrite(Shown, "{}"u8.ToArray(), 0));
        return token;
    }

    /// <summary>
    /// Before the first start on a store: a file of an earlier store's token goes, so that nobody who waits for the file reads that one.
    /// </summary>
    public static async Task DropStaleFileAsync(IRecordStore store, string? path)
    {
        if (path is not null && await store.ReadAsync(Shown) is null)
            File.Delete(path);
    }

    /// <summary>Writes the token where only its owner reads it.</summary>
    public static void WriteFile(string path, string token)
    {
        File.Delete(path);
        using var file = PrivateFiles.Create(path);
        file.Write(Encoding.ASCII.GetBytes(token + "\n"));
        file.Flush(flushToDisk: true);
    }
}
