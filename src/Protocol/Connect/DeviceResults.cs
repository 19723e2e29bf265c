using System.Collections.Immutable;
using Mdm.Fleet.Protocol.Plist;

namespace Mdm.Fleet.Protocol.Connect;

/// <summary>The answer to DeviceInformation: values by Apple's query name. What the device leaves out is null.</summary>
public sealed record DeviceInformationResult(PlistValue.Dict Values) : CommandResult
{
    public string? DeviceName => Values.GetString("DeviceName");

    public string? OSVersion => Values.GetString("OSVersion");

    public string? BuildVersion => Values.GetString("BuildVersion");

    public string? ProductName => Values.GetString("ProductName");

    public string? ModelName => Values.GetString("ModelName");

    public string? SerialNumber => Values.GetString("SerialNumber");

    public bool? IsSupervised => Values.GetBool("IsSupervised");

    public bool? IsMultiUser => Values.GetBool("IsMultiUser");

    /// <summary>0 to 1; -1 when the device cannot tell.</summary>
    public double? BatteryLevel => (Values["BatteryLevel"] as PlistValue.Real)?.Value;

    /// <summary>In units of 1,024³ bytes.</summary>
    public double? DeviceCapacity => (Values["DeviceCapacity"] as PlistValue.Real)?.Value;

    /// <summary>Null when the message carries no answers.</summary>
    /// <exception cref="ProtocolException">The message is malformed.</exception>
    public static DeviceInformationResult? Decode(ReadOnlySpan<byte> body) =>
        Find(body, "QueryResponses"u8) is PlistValue.Dict values ? new DeviceInformationResult(values) : null;

    internal override PlistValue.Dict ToDict() => PlistValue.Dict.Of(("QueryResponses", Values));
}

/// <summary>The answer to SecurityInfo.</summary>
public sealed record SecurityInfoResult(PlistValue.Dict Values) : CommandResult
{
    public bool? PasscodePresent => Values.GetBool("PasscodePresent");

    public bool? PasscodeCompliant => Values.GetBool("PasscodeCompliant");

    public bool? PasscodeCompliantWithProfiles => Values.GetBool("PasscodeCompliantWithProfiles");

    /// <summary>1 block level, 2 file level, 3 both.</summary>
    public long? HardwareEncryptionCaps => Values.GetInt64("HardwareEncryptionCaps");

    /// <summary>Null when the message carries no facts.</summary>
    /// <exception cref="ProtocolException">The message is malformed.</exception>
    public static SecurityInfoResult? Decode(ReadOnlySpan<byte> body) =>
        Find(body, "SecurityInfo"u8) is PlistValue.Dict values ? new SecurityInfoResult(values) : null;

    internal override PlistValue.Dict ToDict() => PlistValue.Dict.Of(("SecurityInfo", Values));
}

/// <summary>The outcome of one setting.</summary>
public sealed record SettingOutcome(string Item, CommandStatus Status, ImmutableArray<ErrorChainItem> ErrorChain);

/// <summary>The answer to Settings: an Acknowledged command can contain failed items.</summary>
public sealed record SettingsResult(ImmutableArray<SettingOutcome> Settings) : CommandResult
{
    /// <summary>Null when the message carries no list.</summary>
    /// <exception cref="ProtocolException">The message is malformed.</exception>
    public static SettingsResult? Decode(ReadOnlySpan<byte> body) =>
        FindList(body, "Settings"u8) is { } list ? new SettingsResult([.. list.Select(Read)]) : null;

    internal override PlistValue.Dict ToDict() => ListDict("Settings", Settings, setting => PlistValue.Dict.Of(
        ("ErrorChain", setting.ErrorChain.IsEmpty ? null : ErrorChainItem.ToArray(setting.ErrorChain)),
        ("Item", setting.Item),
        ("Status", setting.Status.ToString())));

    private static SettingOutcome Read(PlistValue.Dict keys) => new(
        keys.GetString("Item") ?? "",
        keys.GetString("Status") == nameof(CommandStatus.Acknowledged) ? CommandStatus.Acknowledged : CommandStatus.Error,
        ErrorChainItem.ReadChain(keys["ErrorChain"]));
}
