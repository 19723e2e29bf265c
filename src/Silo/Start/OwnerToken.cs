using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Mdm.Fleet.Grains.Admin;
using Mdm.Fleet.Storage;
using Mdm.Fleet.Storage.Secrets;
using Orleans;

namespace Mdm.Fleet.Silo.Start;

/// <summary>
/// The first way in: a token of the role owner, made at first start and shown once. Until it was shown it is kept sealed, so that a process killed in
/// between shows it at the next start, and servers that start at once on one store show the same.
/// </summary>
public static class OwnerToken
{
    private const int TokenBytes = 32;
    private static readonly RecordKey Shown = new("installation", "owner-token");
    private static readonly RecordKey Offered = new("installation", "owner-token-offer");

    /// <summary>Makes the token and hands it to <paramref name="show"/>; null = there was one already.</summary>
    public static async Task<string?> EnsureAsync(IRecordStore store, SecretBox box, IGrainFactory grains, Action<string> show)
    {
        if (await store.ReadAsync(Shown) is not null || await OfferAsync(store, box) is not { } token)
            return null;
        await grains.GetGrain<IApiToken>(TokenHash.Of(token)).Create("owner", "owner");
        show(token);
        await TryWriteAsync(store, new RecordWrite(Shown, "{}"u8.ToArray(), 0));
        await WithdrawAsync(store);
        return token;
    }

    /// <summary>The token that no server has shown yet; null = another has, meanwhile.</summary>
    private static async Task<string?> OfferAsync(IRecordStore store, SecretBox box)
    {
        while (true)
        {
            if (await store.ReadAsync(Offered) is { } offer)
                return Encoding.ASCII.GetString(box.Open(offer.Body.ToArray(), Offered.Key));
            var token = "fleet_" + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenBytes));
            if (!await TryWriteAsync(store, new RecordWrite(Offered, box.Seal(Encoding.ASCII.GetBytes(token), Offered.Key), 0)))
                continue;
            if (await store.ReadAsync(Shown) is null)
                return token;
            await WithdrawAsync(store);
            return null;
        }
    }

    private static async Task WithdrawAsync(IRecordStore store)
    {
        if (await store.ReadAsync(Offered) is { } offer)
            await TryWriteAsync(store, new RecordWrite(Offered, null, offer.Etag));
    }

    /// <summary>False = another server was first.</summary>
    private static async Task<bool> TryWriteAsync(IRecordStore store, RecordWrite write)
    {
        try
        {
            await store.WriteAsync(write);
            return true;
        }
        catch (RecordConflictException)
        {
            return false;
        }
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
        // Servers that start at once write the same token to what may be the same file: each takes its whole place.
        var beside = $"{path}.{Guid.NewGuid():n}";
        using (var file = PrivateFiles.Create(beside))
        {
            file.Write(Encoding.ASCII.GetBytes(token + "\n"));
            file.Flush(flushToDisk: true);
        }

        File.Move(beside, path, overwrite: true);
    }
}
