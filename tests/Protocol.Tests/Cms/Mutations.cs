namespace Mdm.Fleet.Protocol.Tests.Cms;

/// <summary>Hostile variants of a good message: changed, cut, doubled and inserted bytes, the same for the same seed.</summary>
internal static class Mutations
{
    public static IEnumerable<byte[]> Of(byte[] good, int count, int seed)
    {
        var chance = new Random(seed);
        for (var i = 0; i < count; i++) yield return Mutate(good, chance);
    }

    public static byte[] Noise(Random chance)
    {
        var noise = new byte[chance.Next(0, 600)];
        chance.NextBytes(noise);
        return noise;
    }

    private static byte[] Mutate(byte[] good, Random chance)
    {
        var at = chance.Next(good.Length);
        switch (chance.Next(6))
        {
            case 0: return good[..at];
            case 1: return [.. good, .. good[at..]];
            case 2: return [.. good[..at], (byte)chance.Next(256), .. good[at..]];
            case 3: return [.. good[..at], .. good[Math.Min(good.Length, at + chance.Next(1, 40))..]];
            default:
                var changed = good.ToArray();
                for (var n = chance.Next(1, 4); n > 0; n--) changed[chance.Next(good.Length)] = (byte)chance.Next(256);
                return changed;
        }
    }
}
