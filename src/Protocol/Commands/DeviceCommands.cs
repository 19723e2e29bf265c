using System.Collections.Immutable;
using Mdm.Fleet.Protocol.Plist;

namespace Mdm.Fleet.Protocol.Commands;

/// <summary>Asks for values by Apple's query names; what is unknown or forbidden is left out of the answer.</summary>
public sealed record DeviceInformation(ImmutableArray<string> Queries) : Command
{
    public override string RequestType => "DeviceInformation";

    internal override PlistValue.Dict Keys() => PlistValue.Dict.Of(("Queries", CommandKeys.Names(Queries)));
}

/// <summary>Asks for passcode and encryption facts.</summary>
public sealed record SecurityInfo : Command
{
    public override string RequestType => "SecurityInfo";

    internal override PlistValue.Dict Keys() => PlistValue.Dict.Empty;
}

/// <summary>Locks the screen.</summary>
/// <param name="Pin">macOS: six digits.</param>
public sealed record DeviceLock(string? Message = null, string? PhoneNumber = null, string? Pin = null) : Command
{
    public override string RequestType => "DeviceLock";

    internal override PlistValue.Dict Keys() => PlistValue.Dict.Of(
        ("Message", Message), ("PIN", Pin), ("PhoneNumber", PhoneNumber));
}

/// <summary>Erases the device.</summary>
/// <param name="Pin">macOS: six digits.</param>
public sealed record EraseDevice(string? Pin = null, bool? PreserveDataPlan = null) : Command
{
    public override string RequestType => "EraseDevice";

    internal override PlistValue.Dict Keys() => PlistValue.Dict.Of(
        ("PIN", Pin), ("PreserveDataPlan", CommandKeys.Optional(PreserveDataPlan)));
}

/// <summary>Removes the passcode, with the token of the device's TokenUpdate.</summary>
public sealed record ClearPasscode(ReadOnlyMemory<byte> UnlockToken) : Command
{
    public override string RequestType => "ClearPasscode";

    internal override PlistValue.Dict Keys() => PlistValue.Dict.Of(("UnlockToken", UnlockToken));
}

/// <summary>Lets a device that awaits its configuration go on in Setup Assistant.</summary>
public sealed record DeviceConfigured : Command
{
    public override string RequestType => "DeviceConfigured";

    internal override PlistValue.Dict Keys() => PlistValue.Dict.Empty;
}
