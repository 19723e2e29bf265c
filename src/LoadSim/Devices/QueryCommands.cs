using Mdm.Fleet.Protocol.Plist;

namespace Mdm.Fleet.LoadSim.Devices;

/// <summary>DeviceInformation, SecurityInfo and Settings of an unsupervised iPad. What it does not know it leaves out.</summary>
public sealed class QueryCommands(DeviceFacts facts)
{
    /// <summary>A code of the simulator's own: Apple's change between releases, and no server may branch on them (protocol notes, section 3.1).</summary>
    private const int NotSupervised = 12_999;

    /// <summary>Settings that need no supervision (protocol notes, section 11).</summary>
    private static readonly HashSet<string> Unsupervised = ["ApplicationConfiguration", "ApplicationAttributes", "OrganizationInfo", "MDMOptions"];

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

    /// <summary>Each item has its own status: the command is acknowledged whatever becomes of them.</summary>
    public static CommandReply Settings(PlistValue.Dict command) => new CommandReply.Acknowledged(("Settings", new PlistValue.Array(
        [.. command.GetArray("Settings").OfType<PlistValue.Dict>().Select(Apply)])));

    private static PlistValue Apply(PlistValue.Dict item)
    {
        var name = item.GetString("Item") ?? "";
        return Unsupervised.Contains(name)
            ? PlistValue.Dict.Of(("Item", name), ("Status", "Acknowledged"))
            : PlistValue.Dict.Of(
                ("Item", name),
                ("Status", "Error"),
                ("ErrorChain", new CommandReply.Error("MCMDMErrorDomain", NotSupervised, $"The setting “{name}” needs a supervised device.").ToChain()));
    }

    private PlistValue? Answer(string query) => query switch
    {
        "UDID" => facts.Udid,
        "DeviceName" => facts.DeviceName,
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
