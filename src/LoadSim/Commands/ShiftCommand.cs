using System.CommandLine;
using System.Net;
using Mdm.Fleet.LoadSim.Apns;
using Mdm.Fleet.LoadSim.Devices;
using Mdm.Fleet.LoadSim.Reports;
using Mdm.Fleet.LoadSim.Shifts;

namespace Mdm.Fleet.LoadSim.Commands;

/// <summary>The command line of <c>LoadSim shift</c>.</summary>
public static class ShiftCommand
{
    private static readonly Option<Uri> Url = ServerAddress.Required("The server's public address, such as https://127.0.0.1:8443.");

    private static readonly Option<string?> Ca = new("--ca")
    {
        Description = "PEM or DER file of the CA behind the server's HTTPS certificate; waited for if it is not there yet. "
            + "Without it the server's /enroll/ca.pem is taken on trust (loopback only).",
    };

    private static readonly Option<string?> AdminToken = new("--admin-token") { Description = "Bearer token of an owner for the admin API." };

    private static readonly Option<string?> AdminTokenFile = new("--admin-token-file")
    {
        Description = "A file that holds the token; waited for if it is not there yet.",
    };

    private static readonly Option<int> Devices = new("--devices") { Description = "How many iPads.", DefaultValueFactory = _ => 25 };

    private static readonly Option<int> Seed = new("--seed")
    {
        Description = "Same seed, same devices, people, faults and choices.",
        DefaultValueFactory = _ => 1,
    };

    private static readonly Option<int?> People = new("--people") { Description = "How many people; default two a device, one a device above 50." };

    private static readonly Option<string?> Json = new("--json") { Description = "Writes the whole report to this file: the last line's members, enrolments, pushes, chaos, failures." };

    private static readonly Option<string?> Timeline = new("--timeline")
    {
        Description = "Writes to this file how devices' requests went, second by second: a line of JSON each, with succeeded, failed, p50Ms, p99Ms.",
    };

    private static readonly Option<int> Turns = new("--turns") { Description = "How many people take each device in turn.", DefaultValueFactory = _ => 2 };

    private static readonly Option<bool> Chaos = new("--chaos")
    {
        Description = "Kills the supervised server at three kinds of moments; some devices lock, refuse an item or lose their network.",
    };

    private static readonly Option<bool> Forever = new("--forever") { Description = "Shifts go on at a human pace until the process is told to end." };

    private static readonly Option<int?> PatienceSeconds = new("--patience")
    {
        Description = "The longest wait for any one step, in seconds; default 120, with --chaos 300: a push lost with the server comes again after a minute or two.",
    };

    private static readonly Option<IdentityProof> Proof = new("--identity")
    {
        Description = "How devices prove who they are.",
        DefaultValueFactory = _ => IdentityProof.TlsCertificate,
    };

    private static readonly Option<IPAddress> ApnsAddress = new("--apns-address")
    {
        Description = "Address of the simulated push service.",
        DefaultValueFactory = _ => IPAddress.Loopback,
        CustomParser = result =>
        {
            if (IPAddress.TryParse(result.Tokens[0].Value, out var address))
                return address;
            result.AddError($"--apns-address is an IP address, not '{result.Tokens[0].Value}'.");
            return null;
        },
    };

    private static readonly Option<int> ApnsPort = new("--apns-port")
    {
        Description = "Port of the simulated push service; 0 for a free one.",
        DefaultValueFactory = _ => 0,
    };

    private static readonly Option<string?> ApnsCaOut = new("--apns-ca-out") { Description = "Writes the push service's CA (PEM) to this file." };

    private static readonly Option<string?> ServerLog = new("--server-log")
    {
        Description = "Appends the supervised server's output to this file instead of standard error.",
    };

    private static readonly Option<bool> Supervise = new("--supervise")
    {
        Description = "Starts the server whose command line follows after -- and ends it at the end. {apns-url} and {apns-ca} in it are replaced.",
    };

    private static readonly Argument<string[]> Server = new("server") { Description = "The server's command line, after --.", Arity = ArgumentArity.ZeroOrMore };

    /// <summary>Prepares a hospital, enrols devices, plays a shift, and prints one JSON object as the last line of standard output.</summary>
    public static Command Create()
    {
        var command = new Command("shift", "Plays a hospital's shift: devices enrol, people sign in and out in turn, and nothing stays behind.")
        {
            Url, Ca, AdminToken, AdminTokenFile, Devices, Seed, People, Turns, Json, Timeline, Chaos, Forever, PatienceSeconds, Proof, ApnsAddress, ApnsPort, ApnsCaOut, ServerLog,
            Supervise, Server,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (ProblemOf(parsed) is not { } problem)
                return await new ShiftRun(SettingsOf(parsed), TimeProvider.System).RunAsync(cancellationToken);
            await Console.Error.WriteLineAsync($"LoadSim: {problem}");
            return 2;
        });
        return command;
    }

    private static string? ProblemOf(ParseResult parsed)
    {
        if (parsed.GetValue(Devices) is < 1 or > 100_000)
            return "--devices is a number from 1 to 100000.";
        if (parsed.GetValue(People) is { } people && people < Math.Max(2, parsed.GetValue(Devices)))
            return "--people is at least 2 and one a device.";
        if (parsed.GetValue(Turns) is < 1 or > 1000)
            return "--turns is a number from 1 to 1000.";
        if (parsed.GetValue(AdminToken) is null == parsed.GetValue(AdminTokenFile) is null)
            return "Give --admin-token or --admin-token-file.";
        if (parsed.GetValue(Supervise) != parsed.GetValue(Server) is { Length: > 0 })
            return "--supervise and the server's command line after -- go together.";
        return parsed.GetValue(Chaos) && !parsed.GetValue(Supervise) ? "--chaos needs --supervise: only a supervised server can be killed." : null;
    }

    private static ShiftSettings SettingsOf(ParseResult parsed) => new(
        new ShiftOptions
        {
            Url = parsed.GetRequiredValue(Url),
            Devices = parsed.GetValue(Devices),
            Seed = parsed.GetValue(Seed),
            People = parsed.GetValue(People),
            Turns = parsed.GetValue(Turns),
            Timeline = parsed.GetValue(Timeline) is null ? null : new RequestTimeline(TimeProvider.System),
            Proof = parsed.GetValue(Proof),
            Patience = TimeSpan.FromSeconds(parsed.GetValue(PatienceSeconds) ?? (parsed.GetValue(Chaos) ? 300 : 120)),
            Forever = parsed.GetValue(Forever),
            Rest = parsed.GetValue(Forever) ? (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(20)) : default,
            Work = parsed.GetValue(Forever) ? (TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(40)) : (TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(400)),
        },
        parsed.GetValue(Ca),
        parsed.GetValue(AdminToken),
        parsed.GetValue(AdminTokenFile),
        parsed.GetValue(Json),
        parsed.GetValue(Timeline),
        parsed.GetValue(Chaos),
        new SimulatedApnsOptions(parsed.GetValue(ApnsPort), Seed: parsed.GetValue(Seed)) { PushAddress = parsed.GetRequiredValue(ApnsAddress) },
        parsed.GetValue(ApnsCaOut),
        parsed.GetValue(ServerLog),
        parsed.GetValue(Server) ?? []);
}

/// <summary>All that the command line of a shift says.</summary>
public sealed record ShiftSettings(
    ShiftOptions Shift, string? CaFile, string? AdminToken, string? AdminTokenFile, string? JsonFile, string? TimelineFile, bool Chaos, SimulatedApnsOptions Apns, string? ApnsCaOut,
    string? ServerLog, IReadOnlyList<string> ServerCommand);
