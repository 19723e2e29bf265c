namespace Mdm.Fleet.LoadSim.Reports;

/// <summary>Lines for a person who watches: seconds since the start, then what happens. Standard output stays for the report.</summary>
public sealed class Progress(TextWriter writer, TimeProvider time)
{
    private readonly long _startedAt = time.GetTimestamp();
    private readonly Lock _gate = new();

    /// <summary>Writes one line.</summary>
    public void Say(string line)
    {
        var seconds = time.GetElapsedTime(_startedAt).TotalSeconds;
        lock (_gate)
            writer.WriteLine($"{seconds,7:F1}s  {line}");
    }
}
