using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Grains.Users;
using Microsoft.Extensions.Logging;
using Orleans.Storage;

namespace Mdm.Fleet.Frontend.Admin.Imports;

/// <summary>What a row's failure says: never an exception, as the other rows go on.</summary>
internal sealed partial class RowFailures(ILogger<RowFailures> log)
{
    private const int TriesMax = 3;

    /// <summary>Does the work of a row, and again where it changed meanwhile; whatever happens becomes its report.</summary>
    public async Task<RowReport> OfAsync(int row, IReadOnlyList<(string Name, string Value)> names, Func<Task<RowReport?>> work)
    {
        try
        {
            for (var tries = 1; tries <= TriesMax; tries++)
            {
                try
                {
                    if (await work() is { } done)
                        return done;
                }
                catch (InconsistentStateException) when (tries < TriesMax)
                {
                    continue;
                }
            }

            return RowReport.Failed(row, names, "row", "It was changed again and again meanwhile; import it again.");
        }
        catch (Exception failure)
        {
            return new RowReport(row, RowResult.Failed, names) { Errors = Errors(failure) };
        }
    }

    private IReadOnlyList<RowError> Errors(Exception failure)
    {
        if (failure is ManagedAppleIdTakenException)
            return [new RowError("managedAppleId", failure.Message)];
        if (Problems.Of(failure) is not { } refusal)
        {
            Failed(log, failure);
            return [new RowError("row", "The server failed; its log says how.")];
        }

        return refusal.Errors is { } errors
            ? [.. errors.SelectMany(field => field.Value.Select(message => new RowError(field.Key, message)))]
            : [new RowError("row", refusal.Message)];
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A row of an import failed")]
    private static partial void Failed(ILogger log, Exception failure);
}
