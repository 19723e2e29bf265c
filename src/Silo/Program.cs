using System.Data.Common;
using System.Net.Sockets;
using Mdm.Fleet.Silo;
using Mdm.Fleet.Silo.Start;
using Mdm.Fleet.Storage;
using Mdm.Fleet.Storage.Secrets;
using Microsoft.AspNetCore.Connections;
using Orleans;
using Orleans.Runtime;

var settings = new FleetSettings(new ConfigurationBuilder().AddEnvironmentVariables().Build());
settings.Command.SetAction((parsed, cancellation) => RunAsync(settings.Read(parsed)));
var parsed = settings.Command.Parse(args);
try
{
    return parsed.Errors is [var error, ..]
        ? Refuse(error.Message, ExitCode.BadOption)
        // The host ends the server in its own time, which draining is part of.
        : await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
}
catch (SettingException e)
{
    return Refuse(e.Message, ExitCode.BadOption);
}
catch (AddressInUseException e)
{
    // Of a silo's own listeners: Kestrel's failures are IOExceptions and name the address.
    return Refuse($"--silo-port or --gateway-port: {e.Message}", ExitCode.FailedStart);
}
catch (Exception e) when (e is StoreRefusedException or StoreUnavailableException or SecretUnreadableException or IOException or UnauthorizedAccessException or SocketException
    or OrleansException or DbException or TimeoutException)
{
    return Refuse(e.Message, ExitCode.FailedStart);
}

static async Task<int> RunAsync(FleetOptions options)
{
    await using var app = await FleetServer.CreateAsync(options);
    var (store, grains) = (app.Services.GetRequiredService<IRecordStore>(), app.Services.GetRequiredService<IGrainFactory>());
    await OwnerToken.DropStaleFileAsync(store, options.OwnerTokenFile);
    await StartAsync(app);
    await OwnerToken.EnsureAsync(store, app.Services.GetRequiredService<SecretBox>(), grains, token =>
    {
        if (options.OwnerTokenFile is { } file)
            OwnerToken.WriteFile(file, token);
        Console.WriteLine(options.OwnerTokenFile is { } path ? $"Owner token written to {path}" : $"Owner token (shown once): {token}");
    });
    Console.WriteLine($"Mdm.Fleet listens on {string.Join(", ", app.Urls)}");
    await EndAsync(app);
    return app.Services.GetRequiredService<ServerEnd>().ExitCode;
}

static async Task EndAsync(WebApplication app)
{
    try
    {
        await app.WaitForShutdownAsync();
    }
    catch (Exception e)
    {
        // Requests that waited for others took the time to stop, mostly. What was acknowledged is stored.
        await Console.Error.WriteLineAsync($"Mdm.Fleet has ended before all that was under way was done: {e.Message.ReplaceLineEndings(" ")}");
    }
}

static async Task StartAsync(WebApplication app)
{
    try
    {
        await app.StartAsync();
    }
    catch
    {
        // What has started already ends in order, without a word of its own; a silo that is half up does not let itself be stopped.
        await app.StopAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        throw;
    }
}

static int Refuse(string message, int code)
{
    Console.Error.WriteLine($"Mdm.Fleet does not start: {message.ReplaceLineEndings(" ")}");
    return code;
}

/// <summary>The executable's exit codes besides 0.</summary>
internal static class ExitCode
{
    public const int FailedStart = 1;
    public const int BadOption = 2;
}
