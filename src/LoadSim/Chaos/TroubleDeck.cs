namespace Mdm.Fleet.LoadSim.Chaos;

/// <summary>
/// Which trouble comes next, by seed: cards of a shuffled deck rather than dice, so that of any four in a row from the start one is a lock and
/// one an outage. Safe to draw from for all devices at once.
/// </summary>
public sealed class TroubleDeck(Random chance)
{
    private readonly Lock _gate = new();
    private readonly Queue<TroubleKind> _cards = [];

    /// <summary>The next trouble and how long it lasts.</summary>
    public (TroubleKind Kind, TimeSpan Lasts) Draw()
    {
        lock (_gate)
        {
            if (_cards.Count == 0)
                Shuffle();
            return (_cards.Dequeue(), TimeSpan.FromMilliseconds(chance.Next(500, 4000)));
        }
    }

    private void Shuffle()
    {
        TroubleKind[] deck = [TroubleKind.Lock, TroubleKind.Outage, TroubleKind.None, TroubleKind.None];
        chance.Shuffle(deck);
        foreach (var card in deck)
            _cards.Enqueue(card);
    }
}

/// <summary>What happens to a device in passing.</summary>
public enum TroubleKind
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The passcode lock closes: NotNow.</summary>
    Lock,

    /// <summary>No network.</summary>
    Outage,
}
