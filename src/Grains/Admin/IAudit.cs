using Orleans;

namespace Mdm.Fleet.Grains.Admin;

/// <summary>
/// Chains the audit lines of the event log by hashes (key "audit"): whoever knows a head can tell later whether a line before it was
/// changed, added or taken away. Lines are committed with their acts; sealing follows within seconds.
/// </summary>
[Alias("audit")]
public interface IAudit : IGrainWithStringKey
{
    const string Key = "audit";

    /// <summary>Seals what came since the last time; nothing new writes nothing. Answers the head.</summary>
    Task<AuditSeal> Seal();
}

/// <summary>
/// The chain up to a cursor of the event log: how many audit lines, and the hash over them (lower-case hex). From: lines and hash of the
/// seal before, so that a seal can be checked after retention took that one; Since: when its first line was written.
/// </summary>
[GenerateSerializer, Immutable, Alias("audit.seal")]
public sealed record AuditSeal(
    [property: Id(0)] long Cursor,
    [property: Id(1)] long Lines,
    [property: Id(2)] string Hash,
    [property: Id(3)] DateTimeOffset At,
    [property: Id(4)] long FromLines,
    [property: Id(5)] string FromHash,
    [property: Id(6)] DateTimeOffset Since);
