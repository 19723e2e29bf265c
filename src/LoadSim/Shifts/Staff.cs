using Mdm.Fleet.LoadSim.People;

namespace Mdm.Fleet.LoadSim.Shifts;

/// <summary>The people of the simulated hospital and who takes which iPad when.</summary>
public sealed class Staff
{
    private static readonly string[] FirstNames = ["Ana", "Ben", "Chloé", "Dai", "Emi", "Farid", "Grace", "Hana", "Ines", "Jun", "Kofi", "Léa"];
    private static readonly string[] LastNames = ["Silva", "Okafor", "Martin", "Tanaka", "Novak", "Haddad", "Berg", "Sato", "Costa", "Weiss"];
    private readonly int _devices;

    public Staff(int devices, int count, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, Math.Max(2, devices));
        _devices = devices;
        var chance = new Random(seed);
        People = [.. Enumerable.Range(1, count).Select(number => Hire(number, chance, seed))];
    }

    public IReadOnlyList<Person> People { get; }

    /// <summary>
    /// Two people a device while nobody's password takes long to store; one a device (each with the next one's device in the second turn)
    /// in a larger fleet.
    /// </summary>
    public static int CountFor(int devices) => devices <= 50 ? 2 * devices : devices;

    /// <summary>Who takes the device in this turn (both count from 0). Never the same person in two turns running.</summary>
    public Person On(int device, int turn) =>
        People.Count >= 2 * _devices ? People[(device + (turn * _devices)) % People.Count] : People[(device + turn) % People.Count];

    private static Person Hire(int number, Random chance, int seed)
    {
        var role = number % 3 == 0 ? Role.Doctor : Role.Nurse;
        var name = $"{FirstNames[chance.Next(FirstNames.Length)]} {LastNames[chance.Next(LastNames.Length)]}";
        return new Person($"{role.ToString().ToLowerInvariant()}{number:D4}", name, $"Ward-{seed}-{number:D4}-tulip", role);
    }
}
