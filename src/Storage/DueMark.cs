namespace Mdm.Fleet.Storage;

/// <summary>
/// A durable mark that something must look again at a record. <paramref name="Reason"/> keeps marks of one key apart ("catalog",
/// "push", "retry"). <paramref name="Mark"/> is a generation: clearing removes marks up to and including it; setting keeps the
/// larger mark and the earlier time. Time null = clear.
/// </summary>
public sealed record DueChange(RecordKey Key, string Reason, long Mark, DateTimeOffset? At);

/// <summary>A due mark as read.</summary>
public sealed record DueMark(RecordKey Key, string Reason, long Mark, DateTimeOffset At);
