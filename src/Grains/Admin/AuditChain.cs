using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Mdm.Fleet.Grains.Records;
using Mdm.Fleet.Storage;

namespace Mdm.Fleet.Grains.Admin;

/// <summary>Whether the chain is intact, how many lines were compared, and at which cursor it broke (null = nowhere).</summary>
public sealed record AuditVerdict(bool Intact, long Lines, long? BrokenAt, AuditSeal Head);

/// <summary>Each link is the SHA-256 of the link before it and of one audit line as it is stored.</summary>
public static class AuditChain
{
    public const string SealType = "auditSeal";

    private const int PageRows = 1_000;

    /// <summary>The link before the first line.</summary>
    public static string Start { get; } = new('0', 64);

    public static string Next(string hash, StoredEvent line)
    {
        var head = string.Create(
            CultureInfo.InvariantCulture, $"{hash}\n{line.Cursor}\n{line.Line.At.UtcDateTime:O}\n{line.Line.Subject.Kind}\n{line.Line.Subject.Key}\n");
        return Convert.ToHexStringLower(SHA256.HashData([.. Encoding.UTF8.GetBytes(head), .. line.Line.Data.Span]));
    }

    /// <summary>The audit lines and seals of the log, in order.</summary>
    public static async IAsyncEnumerable<StoredEvent> Read(
        IRecordStore store, long after, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var page = await store.ReadEventsAsync(after, PageRows, null, cancellationToken);
            foreach (var line in page)
            {
                if (line.Line.Type is Lines.AuditType or SealType)
                    yield return line;
            }

            if (page.Length < PageRows)
                yield break;
            after = page[^1].Cursor;
        }
    }

    /// <summary>
    /// Walks the log and compares it with every seal and with the head. Where retention has dropped the beginning, the first seal that is
    /// left is where it starts.
    /// </summary>
    public static async Task<AuditVerdict> Verify(IRecordStore store, AuditSeal head, CancellationToken cancellationToken)
    {
        var walk = new Walk();
        await foreach (var line in Read(store, 0, cancellationToken))
        {
            if (line.Line.Type == Lines.AuditType)
                walk.Open.Enqueue(line);
            else if (JsonSerializer.Deserialize(line.Line.Data.Span, GrainsJson.Default.AuditSeal) is not { } seal || !walk.Fits(seal))
                return new AuditVerdict(false, walk.Checked, line.Cursor, head);
        }

        var oldest = await store.ReadEventsAsync(0, 1, null, cancellationToken);
        var isAllDropped = walk.IsFirst && (oldest.IsEmpty || oldest[0].Line.At > head.At);
        var isIntact = head.Lines == 0 || isAllDropped || walk.Fits(head);
        return new AuditVerdict(isIntact, walk.Checked, isIntact ? null : head.Cursor, head);
    }

    /// <summary>Where a verification stands: the last seal's link, and the lines behind it.</summary>
    private sealed class Walk
    {
        private (string Hash, long Lines) _link;

        public Queue<StoredEvent> Open { get; } = new();

        public bool IsFirst { get; private set; } = true;

        public long Checked { get; private set; }

        public bool Fits(AuditSeal seal)
        {
            var from = (seal.FromHash, seal.FromLines);
            if (IsFirst)
                _link = from;
            var (hash, lines) = _link;
            while (Open.TryPeek(out var line) && line.Cursor <= seal.Cursor)
            {
                hash = Next(hash, Open.Dequeue());
                lines++;
                Checked++;
            }

            // The log forgets whole days: of a seal over midnight the lines of the day before may be gone.
            var isCut = IsFirst && seal.Since.UtcDateTime.Date < seal.At.UtcDateTime.Date;
            var isRepeated = !IsFirst && _link == (seal.Hash, seal.Lines) && hash == seal.Hash;
            var fits = isCut || isRepeated || ((IsFirst || _link == from) && (hash, lines) == (seal.Hash, seal.Lines));
            (_link, IsFirst) = ((seal.Hash, seal.Lines), false);
            return fits;
        }
    }
}
