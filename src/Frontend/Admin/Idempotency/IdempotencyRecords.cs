using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Storage;
using Mdm.Fleet.Storage.Secrets;

namespace Mdm.Fleet.Frontend.Admin.Idempotency;

/// <summary>
/// What a request with an idempotency key was answered. The body is sealed, as it may hold a token that is shown once; empty = too large
/// to keep, and the location alone says what was made.
/// </summary>
internal sealed record IdempotentAnswer(string BodyHash, int Status, string? ContentType, string? Location, byte[] SealedBody, DateTimeOffset At);

/// <summary>
/// Answers kept for a day, durably, after the work itself was durable: a crash between the two does the work again on a retry, as if
/// there had been no key.
/// </summary>
internal sealed class IdempotencyRecords(IRecordStore store, SecretBox box, TimeProvider time)
{
    private const string Kind = "idempotency";

    // Sealed and in base64 it fits into a record.
    private const int KeptBytesMax = 1024 * 1024;
    private const int SweepRows = 200;
    private static readonly TimeSpan Life = TimeSpan.FromHours(24);
    private static readonly TimeSpan SweepPause = TimeSpan.FromHours(1);

    private long _sweptAt;

    /// <summary>The key of one caller's request to one address.</summary>
    public static string KeyOf(string route, string caller, string key) => Hash(Encoding.UTF8.GetBytes($"{route}\n{caller}\n{key}"));

    public static string Hash(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(SHA256.HashData(bytes));

    public async Task<IdempotentAnswer?> FindAsync(string key, CancellationToken cancellationToken) =>
        await store.ReadAsync(new RecordKey(Kind, key), cancellationToken) is { } stored && Read(stored) is var answer && answer.At + Life > time.GetUtcNow()
            ? answer
            : null;

    /// <summary>The body as it was; of one that was too large to keep the id of what was made.</summary>
    public byte[] BodyOf(string key, IdempotentAnswer answer) => answer switch
    {
        { SealedBody: { Length: > 0 } sealedBody } => box.Open(sealedBody, $"{Kind}/{key}"),
        { Location: { } location } => IdOf(location),
        _ => throw RefusalException.Conflict("done", "The first request with this key was done; its answer was too large to be kept."),
    };

    public async Task KeepAsync(string key, string bodyHash, int status, string? contentType, string? location, ReadOnlyMemory<byte> body)
    {
        var record = new RecordKey(Kind, key);
        var now = time.GetUtcNow();
        var answer = new IdempotentAnswer(
            bodyHash, status, contentType, location, body.Length > KeptBytesMax ? [] : box.Seal(body.Span, $"{Kind}/{key}"), now);
        var index = new IndexRow(DayOf(now), "", "{}"u8.ToArray(), []);
        var etag = (await store.ReadAsync(record))?.Etag ?? 0;
        await store.WriteAsync(new RecordWrite(record, JsonSerializer.SerializeToUtf8Bytes(answer, IdempotencyJson.Default.IdempotentAnswer), etag, index));
        await SweepAsync(now);
    }

    /// <summary>Once an hour at most: clears a bounded number of answers of days that are over for good.</summary>
    private async Task SweepAsync(DateTimeOffset now)
    {
        var swept = Interlocked.Read(ref _sweptAt);
        if (now.UtcTicks - swept < SweepPause.Ticks || Interlocked.CompareExchange(ref _sweptAt, now.UtcTicks, swept) != swept)
            return;
        var kept = DayOf(now - Life);
        foreach (var day in (await store.CountAsync(Kind)).Keys.Where(day => string.CompareOrdinal(day, kept) < 0))
        {
            foreach (var row in (await store.QueryAsync(new IndexQuery(Kind, Status: day, Limit: SweepRows))).Rows)
                await ClearAsync(new RecordKey(Kind, row.Key));
        }
    }

    private async Task ClearAsync(RecordKey key)
    {
        if (await store.ReadAsync(key) is { } stored)
            await store.WriteAsync(new RecordWrite(key, null, stored.Etag));
    }

    private static byte[] IdOf(string location)
    {
        var id = Uri.UnescapeDataString(location[(location.LastIndexOf('/') + 1)..]);
        return Encoding.UTF8.GetBytes(new JsonObject { ["id"] = id }.ToJsonString());
    }

    private static IdempotentAnswer Read(StoredRecord stored) => JsonSerializer.Deserialize(stored.Body.Span, IdempotencyJson.Default.IdempotentAnswer)!;

    private static string DayOf(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(IdempotentAnswer))]
internal sealed partial class IdempotencyJson : JsonSerializerContext;
