namespace Mdm.Fleet.LoadSim.Devices;

/// <summary>What an iPad is when it leaves the factory, plus the name that its owner gave it.</summary>
public sealed record DeviceFacts(
    string Udid,
    string SerialNumber,
    string DeviceName,
    string ProductName,
    string ModelName,
    string Model,
    string OSVersion,
    string BuildVersion)
{
    private const string SerialLetters = "CDFGHJKLMNPQRTVWXY0123456789";

    /// <summary>The iPad of this number (from 1) in the fleet of this seed; always the same one.</summary>
    public static DeviceFacts Of(int seed, int number)
    {
        var chance = new Random(number ^ (seed * 7919));
        var chip = new[] { "00008101", "00008103", "00008027" }[number % 3];
        var serial = $"F{string.Concat(Enumerable.Range(0, 5).Select(_ => SerialLetters[chance.Next(SerialLetters.Length)]))}{number:D6}";
        return new DeviceFacts(
            $"{chip}-{seed & 0xFFFF:X4}{number:X6}{chance.Next(0x1000000):X6}",
            serial, $"Ward iPad {number}", "iPad13,18", "iPad", "MPQ03LL", "17.6.1", "21G93");
    }
}
