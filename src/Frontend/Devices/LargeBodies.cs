namespace Mdm.Fleet.Frontend.Devices;

/// <summary>How many large bodies may be in memory at once.</summary>
public sealed class LargeBodies(int max)
{
    /// <summary>A body of more bytes is a large one.</summary>
    public const int FromBytes = 1024 * 1024;

    private int _count;

    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _count) <= max)
            return true;
        Leave();
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref _count);
}
