using Mdm.Fleet.Protocol.Plist;

namespace Mdm.Fleet.Protocol.Commands;

/// <summary>Installs a configuration profile, or replaces the one of the same identifier. The payload may be signed.</summary>
public sealed record InstallProfile(ReadOnlyMemory<byte> Payload) : Command
{
    public override string RequestType => "InstallProfile";

    internal override PlistValue.Dict Keys() => PlistValue.Dict.Of(("Payload", Payload));
}

/// <summary>Removes the profile of a top-level PayloadIdentifier.</summary>
public sealed record RemoveProfile(string Identifier) : Command
{
    public override string RequestType => "RemoveProfile";

    internal override PlistValue.Dict Keys() => PlistValue.Dict.Of(("Identifier", Identifier));
}

/// <summary>Asks for the installed profiles.</summary>
public sealed record ProfileList(bool ManagedOnly = false) : Command
{
    public override string RequestType => "ProfileList";

    internal override PlistValue.Dict Keys() => PlistValue.Dict.Of(("ManagedOnly", ManagedOnly));
}

/// <summary>Asks for the installed certificates.</summary>
public sealed record CertificateList(bool ManagedOnly = false) : Command
{
    public override string RequestType => "CertificateList";

    internal override PlistValue.Dict Keys() => PlistValue.Dict.Of(("ManagedOnly", ManagedOnly));
}
