using Mdm.Fleet.Bench;

// dotnet run -c Release --project bench -- <what> [options]
switch (args)
{
    case ["grains", .. var rest]:
        await GrainBench.RunAsync(rest);
        return 0;
    default:
        Console.Error.WriteLine("bench: say what to measure: grains");
        return 2;
}
