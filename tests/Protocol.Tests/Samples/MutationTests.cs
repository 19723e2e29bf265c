using Mdm.Fleet.Protocol.CheckIn;
using Mdm.Fleet.Protocol.Commands;
using Mdm.Fleet.Protocol.Connect;
using Mdm.Fleet.Protocol.Plist;
using Mdm.Fleet.Protocol.Profiles;

namespace Mdm.Fleet.Protocol.Tests.Samples;

/// <summary>Samples with flipped, cut, doubled and swapped bytes: every decoder accepts or refuses in its own words, and never allocates without bound.</summary>
public sealed class MutationTests
{
    private const int CasesPerSeed = 4_000;

    private static readonly byte[][] Originals =
    [
        .. SampleFiles.All.Where(file => file.Value.Length is > 0 and < 10_000).Select(file => file.Value),
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Mutated_samples_are_accepted_or_refused_and_nothing_else(int seed)
    {
        var random = new Random(seed);
        var refused = 0;
        for (var i = 0; i < CasesPerSeed; i++)
        {
            var body = Mutate(Originals[random.Next(Originals.Length)], random);
            var before = GC.GetAllocatedBytesForCurrentThread();
            refused += Decoders.Count(decode => IsRefused(decode, body));
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000 + (200 * body.Length));
        }

        Assert.InRange(refused, CasesPerSeed, CasesPerSeed * Decoders.Length);
    }

    private static readonly Action<byte[]>[] Decoders =
    [
        body => CheckInMessage.Decode(body),
        body => ConnectMessage.Decode(body),
        body => PlistValue.Read(body),
        body => Command.Decode(body),
        body => ProfileReader.Read(body),
        body => DeviceInformationResult.Decode(body),
        body => ProfileListResult.Decode(body),
    ];

    private static bool IsRefused(Action<byte[]> decode, byte[] body)
    {
        try
        {
            decode(body);
            return false;
        }
        catch (ProtocolException)
        {
            return true;
        }
    }

    private static byte[] Mutate(byte[] original, Random random)
    {
        List<byte> bytes = [.. original];
        for (var edits = random.Next(1, 6); edits > 0 && bytes.Count > 0; edits--)
            Edit(bytes, random);
        return [.. bytes];
    }

    private static void Edit(List<byte> bytes, Random random)
    {
        var at = random.Next(bytes.Count);
        var length = random.Next(Math.Min(40, bytes.Count - at));
        switch (random.Next(6))
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 2:
                bytes.RemoveRange(at, length);
                break;
            case 3:
                bytes.InsertRange(at, bytes.GetRange(at, length));
                break;
            case 4:
                bytes.InsertRange(random.Next(bytes.Count), bytes.GetRange(at, length));
                break;
            default:
                bytes[at] = "<>&;/![]?\"\0\r\u007f"u8[random.Next(13)];
                break;
        }
    }
}
