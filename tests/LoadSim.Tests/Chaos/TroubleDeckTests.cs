using Mdm.Fleet.LoadSim.Chaos;

namespace Mdm.Fleet.LoadSim.Tests.Chaos;

public sealed class TroubleDeckTests
{
    [Fact]
    public void The_smallest_shift_sees_a_lock_and_an_outage_whatever_the_seed()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var deck = new TroubleDeck(new Random(seed));
            var kinds = Enumerable.Range(0, 4).Select(_ => deck.Draw().Kind).ToArray();

            Assert.Contains(TroubleKind.Lock, kinds);
            Assert.Contains(TroubleKind.Outage, kinds);
        }
    }
}
