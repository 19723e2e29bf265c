using Mdm.Fleet.Grains.Devices;
using Microsoft.AspNetCore.Http;
using Orleans.Storage;

namespace Mdm.Fleet.Frontend.Devices;

/// <summary>Calls once more a grain that was dropped because another activation had written: it reads what is stored and answers.</summary>
internal static class Patient
{
    public static async Task<T> CallAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (InconsistentStateException)
        {
            return await call();
        }
    }

    public static Task CallAsync(Func<Task> call) => CallAsync(async () =>
    {
        await call();
        return true;
    });

    /// <summary>Answers with the outcome of a call. True = accepted.</summary>
    public static async Task<bool> AnswerAsync(HttpResponse response, Func<Task<CheckInOutcome>> call) =>
        DeviceAnswers.Accepts(response, await CallAsync(call));
}
