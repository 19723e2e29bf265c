using Mdm.Fleet.Protocol.Plist;

namespace Mdm.Fleet.LoadSim.Devices;

/// <summary>What a device answers to one command: Apple's status and the keys that go with it. A closed family.</summary>
public abstract record CommandReply
{
    private CommandReply()
    {
    }

    /// <summary>Done, or for an app: accepted.</summary>
    public sealed record Acknowledged(params (string Key, PlistValue? Value)[] Fields) : CommandReply;

    /// <summary>Refused, with Apple's error chain.</summary>
    public sealed record Error(string Domain, int Code, string Description) : CommandReply
    {
        /// <summary>The error chain, of one link; an item inside an acknowledged command can carry one too.</summary>
        public PlistValue.Array ToChain() => PlistValue.Array.Of(PlistValue.Dict.Of(
            ("ErrorCode", Code),
            ("ErrorDomain", Domain),
            ("LocalizedDescription", Description),
            ("USEnglishDescription", Description)));
    }

    /// <summary>The command makes no sense.</summary>
    public sealed record FormatError : CommandReply;

    /// <summary>Not while the device is locked.</summary>
    public sealed record NotNow : CommandReply;

    /// <summary>The enrolment ended by this command: there is nobody left who would answer.</summary>
    public sealed record Gone(bool Erased) : CommandReply;

    /// <summary>The message to the server.</summary>
    public PlistValue.Dict ToMessage(string udid, string commandUuid)
    {
        var message = PlistValue.Dict.Of(("Status", Status), ("UDID", udid), ("CommandUUID", commandUuid));
        return this switch
        {
            Acknowledged done => done.Fields.Aggregate(message, (all, field) => field.Value is null ? all : all.With(field.Key, field.Value)),
            Error error => message.With("ErrorChain", error.ToChain()),
            FormatError or NotNow or Gone => message,
            _ => throw new InvalidOperationException("No such reply."),
        };
    }

    private string Status => this switch
    {
        Acknowledged or Gone => "Acknowledged",
        Error => "Error",
        FormatError => "CommandFormatError",
        NotNow => "NotNow",
        _ => throw new InvalidOperationException("No such reply."),
    };
}
