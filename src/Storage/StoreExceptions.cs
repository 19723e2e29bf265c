using System.Globalization;

namespace Mdm.Fleet.Storage;

/// <summary>The record's etag is not the one expected. The loser re-reads; nothing of its write is stored.</summary>
public sealed class RecordConflictException(RecordKey key, long expectedEtag, long? storedEtag)
    : Exception($"{key.Kind}/{key.Key}: etag {expectedEtag} expected, {storedEtag?.ToString(CultureInfo.InvariantCulture) ?? "none"} stored.")
{
    public RecordKey Key { get; } = key;

    public long ExpectedEtag { get; } = expectedEtag;

    public long? StoredEtag { get; } = storedEtag;
}

/// <summary>The store can't be reached or refuses to work; whether an attempted write is stored is unknown until it is read again.</summary>
public sealed class StoreUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Another process owns this store, or it can't be opened: a start fails with this message, one line.</summary>
public sealed class StoreRefusedException(string message, Exception? inner = null) : Exception(message, inner);
