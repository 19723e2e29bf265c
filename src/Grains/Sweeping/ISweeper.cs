using Orleans;

namespace Mdm.Fleet.Grains.Sweeping;

/// <summary>Looks after the due marks of one shard (key 0 to 63): tells each record to look again. Idempotent.</summary>
[Alias("sweeper")]
public interface ISweeper : IGrainWithStringKey
{
    /// <summary>Answers how many marks it told.</summary>
    Task<int> Sweep();
}
