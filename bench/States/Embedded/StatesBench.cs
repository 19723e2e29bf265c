namespace Mdm.Fleet.Bench.States;

/// <summary>Orleans' own grain storage against ours: this build has none of it.</summary>
internal static class StatesBench
{
    public static Task<int> RunAsync(string[] args)
    {
        Console.Error.WriteLine("bench states: build with -p:GrainHost=Orleans.");
        return Task.FromResult(2);
    }
}
