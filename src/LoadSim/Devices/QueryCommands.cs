using Mdm.Fleet.Protocol.Plist;

namespace Mdm.Fleet.LoadSim.Devices;

/// <summary>DeviceInformation, SecurityInfo and Settings of an unsupervised iPad. What it does not know it leaves out.</summary>
public sealed class QueryCommands(DeviceFacts facts)
{
    private string? _deviceName;

    public CommandReply Information(PlistValue.Dict command) => new CommandReply.Acknowledged(("QueryResponses", new PlistValue.Dict(
        command.GetArray("Queries").OfType<PlistValue.String>()
            .Select(query => query.Value).Distinct()
            .Select(query => (Query: query, Value: Answer(query)))
            .Where(answer => answer.Value is not null)
            .Select(answer => KeyValuePair.Create(answer.Query, answer.Value!)))));

    public static CommandReply Security() => new CommandReply.Acknowledged(("SecurityInfo", PlistValue.Dict.Of(
        ("HardwareEncryptionCaps", 3),
        ("PasscodePresent", true),
        ("PasscodeCompliant", true),
        ("PasscodeCompliantWithProfiles", true),
        ("PasscodeLockGracePeriodEnforced", 0),
        ("ManagementStatus", PlistValue.Dict.Of(
            ("EnrolledViaDEP", false), ("IsUserEnrollment", false), ("UserApprovedEnrollment", true), ("IsActivationLockManageable", false))))));

    /// <summary>Each item has its own status.</summary>
    public CommandReply Settings(PlistValue.Dict command) => new CommandReply.Acknowledged(("Settings", new PlistValue.Array(
        [.. command.GetArray("Settings").OfType<PlistValue.Dict>().Select(Apply)])));

    private PlistValue Apply(PlistValue.Dict item)
    {
        if (item.GetString("Item") is "DeviceName" && item.GetString("DeviceName") is { } name)
            _deviceName = name;
        return PlistValue.Dict.Of(("Item", item.GetString("Item") ?? ""), ("Status", "Acknowledged"));
    }

    private PlistValue? Answer(string query) => query switch
    {
        "UDID" => facts.Udid,
        "DeviceName" => _deviceName ?? facts.DeviceName,
        "OSVersion" => facts.OSVersion,
        "BuildVersion" => facts.BuildVersion,
        "ModelName" => facts.ModelName,
        "Model" => facts.Model,
        "ProductName" => facts.ProductName,
        "SerialNumber" => facts.SerialNumber,
        "DeviceCapacity" => 64.0,
        "AvailableDeviceCapacity" => 41.5,
        "BatteryLevel" => 0.87,
        "WiFiMAC" => "02:00:5e:10:00:01",
        "IsSupervised" => false,
        "IsMultiUser" => false,
        "IsCloudBackupEnabled" => false,
        "IsActivationLockEnabled" => false,
        "IsDeviceLocatorServiceEnabled" => false,
        "IsDoNotDisturbInEffect" => false,
        _ => null,
    };
}
