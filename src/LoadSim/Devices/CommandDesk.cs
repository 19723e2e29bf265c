using System.Security.Cryptography;
using Mdm.Fleet.Protocol.Plist;

namespace Mdm.Fleet.LoadSim.Devices;

/// <summary>
/// Obeys one command truthfully, by Apple's request types (apple/protocol-notes.md, sections 3.1, 3.3 and 11). It repeats the answer of a
/// command that it has already done, and puts off while locked what may be put off.
/// </summary>
public sealed class CommandDesk(
    DeviceContents contents, ProfileCommands profiles, AppCommands apps, QueryCommands queries, EnrolmentCommands enrolment, LastResults results)
{
    /// <summary>These never give NotNow on iOS (protocol notes, section 3.3).</summary>
    private static readonly HashSet<string> NeverNotNow =
    [
        "DeviceInformation", "ProfileList", "DeviceLock", "EraseDevice", "ClearPasscode", "ProvisioningProfileList", "InstalledApplicationList",
        "Restrictions",
    ];

    /// <summary>The answer to the command in this body, ready to send; null when the enrolment ended with it.</summary>
    public async Task<DeskAnswer> AnswerAsync(byte[] body, string udid, CancellationToken cancellationToken)
    {
        if (Decode(body) is not var (commandUuid, command) || commandUuid is null)
            return new DeskAnswer(new CommandReply.FormatError(), new CommandReply.FormatError().ToMessage(udid, ""));
        if (results.Find(commandUuid) is { } before)
            return new DeskAnswer(null, before);
        var reply = contents.Locked && !NeverNotNow.Contains(command?.GetString("RequestType") ?? "")
            ? new CommandReply.NotNow()
            : await ObeyAsync(command, cancellationToken);
        var message = reply.ToMessage(udid, commandUuid);
        if (reply is not CommandReply.NotNow)
            results.Keep(commandUuid, message);
        return new DeskAnswer(reply, message);
    }

    private async Task<CommandReply> ObeyAsync(PlistValue.Dict? command, CancellationToken cancellationToken) => command?.GetString("RequestType") switch
    {
        "InstallProfile" => await enrolment.InstallAsync(command, profiles, cancellationToken),
        "RemoveProfile" when command.GetString("Identifier") is { } identifier =>
            identifier == contents.EnrolmentIdentifier ? new CommandReply.Gone(Erased: false) : profiles.Remove(identifier),
        "ProfileList" => profiles.List(command.GetBool("ManagedOnly") ?? false),
        "CertificateList" => profiles.Certificates(command.GetBool("ManagedOnly") ?? false, enrolment.Identity()),
        "InstallApplication" => apps.Install(command),
        "RemoveApplication" => apps.Remove(command),
        "ManagedApplicationList" => apps.ListManaged(command),
        "InstalledApplicationList" => apps.ListInstalled(command),
        "DeviceInformation" => queries.Information(command),
        "SecurityInfo" => QueryCommands.Security(),
        "Settings" => QueryCommands.Settings(command),
        "DeviceLock" => Lock(),
        "ClearPasscode" => ClearPasscode(command),
        "EraseDevice" => new CommandReply.Gone(Erased: true),
        "RemoveProfile" or null => new CommandReply.FormatError(),
        var unknown => new CommandReply.Error("MCMDMErrorDomain", 12021, $"“{unknown}” is not a valid request type."),
    };

    private CommandReply.Acknowledged Lock()
    {
        contents.Locked = true;
        return new CommandReply.Acknowledged(("MessageResult", "Success"));
    }

    private CommandReply ClearPasscode(PlistValue.Dict command)
    {
        if (command.GetData("UnlockToken") is not { } token || !CryptographicOperations.FixedTimeEquals(token.Span, enrolment.UnlockToken))
            return new CommandReply.Error("MCMDMErrorDomain", 12007, "The unlock token is not that of this device.");
        contents.Locked = false;
        return new CommandReply.Acknowledged();
    }

    private static (string? Uuid, PlistValue.Dict? Command)? Decode(byte[] body)
    {
        try
        {
            return PlistValue.Read(body) is PlistValue.Dict dict ? (dict.GetString("CommandUUID"), dict.GetDict("Command")) : null;
        }
        catch (PlistException)
        {
            return null;
        }
    }
}

/// <summary>An answer and the message that carries it; no reply when an earlier one is repeated.</summary>
public sealed record DeskAnswer(CommandReply? Reply, PlistValue.Dict Message);
