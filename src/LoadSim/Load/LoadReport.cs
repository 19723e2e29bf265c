using System.Text.Json;

namespace Mdm.Fleet.LoadSim.Load;

/// <summary>What a load run measured.</summary>
/// <param name="OperationsPerSecond">Devices enrolled, TokenUpdates, idle connects, or whole cycles.</param>
/// <param name="P50Ms">The median time of an operation.</param>
/// <param name="GeneratorCores">Processor time of this process over the run's time.</param>
/// <param name="SentBytes">Of the requests of an operation, on average.</param>
/// <param name="ReceivedBytes">Of its answers.</param>
/// <param name="ServerCpuMicroseconds">Processor time of the server for an operation, on average; null where its process is not known.</param>
public sealed record LoadReport(
    string Workload, double RequestsPerSecond, double P50Ms, double P99Ms, long Errors, double OperationsPerSecond, int Devices, int Connections,
    double Seconds, double GeneratorCores, double SentBytes, double ReceivedBytes, double? ServerCpuMicroseconds, string? FirstError)
{
    /// <summary>One line of JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);
}
