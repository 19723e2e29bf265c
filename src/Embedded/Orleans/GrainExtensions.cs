using Mdm.Fleet.Embedded.Proxies;
using Orleans.Runtime;

namespace Orleans;

/// <summary>What a grain or a reference knows of itself.</summary>
public static class GrainExtensions
{
    /// <exception cref="ArgumentException">Neither a grain nor a reference to one.</exception>
    public static string GetPrimaryKeyString(this IAddressable grain) => grain switch
    {
        Grain itself => itself.Activation.Key,
        GrainReference reference => reference.Key,
        _ => throw NotAGrain(nameof(grain)),
    };

    /// <summary>A reference to this grain under one of its contracts.</summary>
    /// <exception cref="ArgumentException">Neither a grain nor a reference to one, or of a class that does not implement the contract.</exception>
    public static TGrainInterface AsReference<TGrainInterface>(this IAddressable grain)
    {
        var (host, key) = grain switch
        {
            Grain itself => (itself.Activation.Host, itself.Activation.Key),
            GrainReference reference => (reference.Destination.Host, reference.Key),
            _ => throw NotAGrain(nameof(grain)),
        };
        return (TGrainInterface)(object)host.Reference(typeof(TGrainInterface), key, null);
    }

    private static ArgumentException NotAGrain(string name) => new("Neither a grain nor a reference to one.", name);
}
