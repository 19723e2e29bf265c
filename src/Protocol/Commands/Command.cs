using System.Buffers;
using Mdm.Fleet.Protocol.Plist;

namespace Mdm.Fleet.Protocol.Commands;

/// <summary>A command with all that it tells the device. A closed family (apple/device-management, mdm/commands).</summary>
public abstract record Command
{
    private protected Command()
    {
    }

    /// <summary>Apple's name of the command.</summary>
    public abstract string RequestType { get; }

    /// <summary>Writes the answer to a connect.</summary>
    /// <param name="commandUuid">Unique per command and channel.</param>
    public void Encode(string commandUuid, IBufferWriter<byte> output)
    {
        var writer = new PlistWriter(output);
        writer.BeginDict();
        writer.Key("Command");
        writer.BeginDict();
        foreach (var (key, value) in Keys().Entries)
            writer.Pair(key, value);
        writer.Pair("RequestType", RequestType);
        writer.EndDict();
        writer.Pair("CommandUUID", commandUuid);
        writer.EndDict();
        writer.Complete();
    }

    /// <summary>Reads an answer to a connect, as a device does.</summary>
    /// <exception cref="ProtocolException">Not a command, or one that lacks what it needs.</exception>
    public static (string CommandUuid, Command Command) Decode(ReadOnlySpan<byte> body)
    {
        if (PlistTree.Read(body) is not PlistValue.Dict root)
            throw new ProtocolException(ProtocolError.WrongType, "The root of a command is a dictionary.");
        var keys = root.GetDict("Command") ?? throw new ProtocolException(ProtocolError.MissingKey, "Command is absent.");
        return (CommandKeys.Text(root, "CommandUUID"), CommandReader.Read(CommandKeys.Text(keys, "RequestType"), keys));
    }

    /// <summary>The keys besides RequestType.</summary>
    internal abstract PlistValue.Dict Keys();
}

/// <summary>A command that this server does not send; a device answers it with an error.</summary>
public sealed record Unknown(string Type) : Command
{
    public override string RequestType => Type;

    internal override PlistValue.Dict Keys() => PlistValue.Dict.Empty;
}
