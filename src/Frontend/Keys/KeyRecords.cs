using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Mdm.Fleet.Protocol.Certificates;
using Mdm.Fleet.Storage;
using Mdm.Fleet.Storage.Secrets;

namespace Mdm.Fleet.Frontend.Keys;

/// <summary>Keys in the store, private ones sealed. Of two processes that make the same key at once the first one's counts.</summary>
internal sealed class KeyRecords(IRecordStore store, SecretBox box)
{
    private const string AuthorityKind = "authority";
    private static readonly RecordKey InstallationKey = new("installation", "id");
    private static readonly RecordKey ServerUuidKey = new("installation", "server-uuid");

    /// <summary>The random word that names this installation; its sealed copy proves that the master key is the right one.</summary>
    public async Task<string> InstallationIdAsync()
    {
        while (true)
        {
            if (await store.ReadAsync(InstallationKey) is { } stored)
            {
                var record = JsonSerializer.Deserialize(stored.Body.Span, KeysJson.Default.InstallationRecord)!;
                box.Open(record.Proof, NameOf(InstallationKey));
                return record.Id;
            }

            var id = "mdm.fleet." + RandomNumberGenerator.GetHexString(16, lowercase: true);
            var made = new InstallationRecord(id, box.Seal(System.Text.Encoding.ASCII.GetBytes(id), NameOf(InstallationKey)));
            if (await WriteAsync(InstallationKey, JsonSerializer.SerializeToUtf8Bytes(made, KeysJson.Default.InstallationRecord), 0))
                return id;
        }
    }

    /// <summary>The UUID by which Apple Business Manager knows this server: our own, random, until a link brings Apple's.</summary>
    public async Task<Guid> ServerUuidAsync()
    {
        while (true)
        {
            if (await store.ReadAsync(ServerUuidKey) is { } stored)
                return JsonSerializer.Deserialize(stored.Body.Span, KeysJson.Default.ServerUuidRecord)!.ServerUuid;
            var made = new ServerUuidRecord(Guid.NewGuid());
            if (await WriteAsync(ServerUuidKey, JsonSerializer.SerializeToUtf8Bytes(made, KeysJson.Default.ServerUuidRecord), 0))
                return made.ServerUuid;
        }
    }

    /// <summary>The key of a name; made, and put in the place of one that is not good any more, which <paramref name="create"/> is given.</summary>
    public async Task<StoredIdentity> LoadOrCreateAsync(string name, Func<StoredIdentity?, StoredIdentity> create, Func<StoredIdentity, bool>? isGood = null)
    {
        var key = new RecordKey(AuthorityKind, name);
        while (true)
        {
            var stored = await store.ReadAsync(key);
            var known = stored is null ? null : Read(key, stored.Body);
            if (known is not null && isGood?.Invoke(known) != false)
                return known;
            var made = create(known);
            var record = new KeyRecord(made.CertificateDer, box.Seal(made.KeyPkcs8, NameOf(key)));
            if (await WriteAsync(key, JsonSerializer.SerializeToUtf8Bytes(record, KeysJson.Default.KeyRecord), stored?.Etag ?? 0))
                return made;
        }
    }

    private StoredIdentity Read(RecordKey key, ReadOnlyMemory<byte> body)
    {
        var record = JsonSerializer.Deserialize(body.Span, KeysJson.Default.KeyRecord)!;
        return new StoredIdentity(record.Certificate, box.Open(record.SealedKey, NameOf(key)));
    }

    /// <summary>False = another process was first.</summary>
    private async Task<bool> WriteAsync(RecordKey key, byte[] body, long etag)
    {
        try
        {
            await store.WriteAsync(new RecordWrite(key, body, etag));
            return true;
        }
        catch (RecordConflictException)
        {
            return false;
        }
    }

    private static string NameOf(RecordKey key) => $"{key.Kind}/{key.Key}";
}

/// <summary>The installation's name as stored.</summary>
internal sealed record InstallationRecord(string Id, byte[] Proof);

/// <summary>The server's UUID as stored.</summary>
internal sealed record ServerUuidRecord(Guid ServerUuid);

/// <summary>A certificate and its sealed key as stored.</summary>
internal sealed record KeyRecord(byte[] Certificate, byte[] SealedKey);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(InstallationRecord))]
[JsonSerializable(typeof(ServerUuidRecord))]
[JsonSerializable(typeof(KeyRecord))]
internal sealed partial class KeysJson : JsonSerializerContext;
