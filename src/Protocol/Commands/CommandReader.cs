using Mdm.Fleet.Protocol.Plist;

namespace Mdm.Fleet.Protocol.Commands;

/// <summary>From Apple's RequestType to the command.</summary>
internal static class CommandReader
{
    public static Command Read(string requestType, PlistValue.Dict keys) => requestType switch
    {
        "InstallProfile" => new InstallProfile(CommandKeys.Data(keys, "Payload")),
        "RemoveProfile" => new RemoveProfile(CommandKeys.Text(keys, "Identifier")),
        "ProfileList" => new ProfileList(keys.GetBool("ManagedOnly") ?? false),
        "InstallApplication" => InstallApplication.Read(keys),
        "RemoveApplication" => new RemoveApplication(CommandKeys.Text(keys, "Identifier")),
        "ManagedApplicationList" => new ManagedApplicationList(CommandKeys.Names(keys, "Identifiers")),
        "InstalledApplicationList" => InstalledApplicationList.Read(keys),
        "CertificateList" => new CertificateList(keys.GetBool("ManagedOnly") ?? false),
        "DeviceInformation" => new DeviceInformation(CommandKeys.Names(keys, "Queries") ?? []),
        "SecurityInfo" => new SecurityInfo(),
        "DeviceLock" => new DeviceLock(keys.GetString("Message"), keys.GetString("PhoneNumber"), keys.GetString("PIN")),
        "EraseDevice" => new EraseDevice(keys.GetString("PIN"), keys.GetBool("PreserveDataPlan")),
        "ClearPasscode" => new ClearPasscode(CommandKeys.Data(keys, "UnlockToken")),
        "Settings" => new Settings([.. keys.GetArray("Settings").OfType<PlistValue.Dict>().Select(SettingItem.Read)]),
        "DeviceConfigured" => new DeviceConfigured(),
        _ => new Unknown(requestType),
    };
}
