using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Mdm.Fleet.Domain.Commands;
using Mdm.Fleet.Frontend.Admin.Http;

namespace Mdm.Fleet.Frontend.Admin.Devices;

/// <summary>A command that an admin asks for, by Apple's name.</summary>
public sealed record CommandRequest(
    string? Command = null,
    string? Message = null,
    string? PhoneNumber = null,
    string? Pin = null,
    string? DeviceName = null,
    IReadOnlyList<string>? Queries = null)
{
    private const int MessageLengthMax = 500;
    private const int PhoneNumberLengthMax = 64;
    private const int DeviceNameLengthMax = 63;
    private const int QueriesMax = 100;
    private const int QueryLengthMax = 64;

    private static readonly CommandBody.DeviceInformation AllInformation = new([]);

    /// <summary>The command as a value.</summary>
    /// <exception cref="RefusalException">No such command, or a field that no device would take.</exception>
    public CommandBody ToBody() => Command switch
    {
        "DeviceInformation" => Queries is null ? AllInformation : new CommandBody.DeviceInformation(CheckedQueries(Queries)),
        "SecurityInfo" => new CommandBody.SecurityInfo(),
        "CertificateList" => new CommandBody.CertificateList(),
        "InstalledApplicationList" => new CommandBody.InstalledApplicationList(),
        "ManagedApplicationList" => new CommandBody.ManagedApplicationList(),
        "ProfileList" => new CommandBody.ProfileList(),
        "DeviceLock" => new CommandBody.DeviceLock(
            Text(Message, "message", MessageLengthMax), Text(PhoneNumber, "phoneNumber", PhoneNumberLengthMax), CheckedPin()),
        "ClearPasscode" => new CommandBody.ClearPasscode(),
        "EraseDevice" => new CommandBody.EraseDevice(CheckedPin()),
        "SetDeviceName" => new CommandBody.SetDeviceName(
            Text(DeviceName, "deviceName", DeviceNameLengthMax) ?? throw RefusalException.Field("deviceName", "The device needs a name.")),
        _ => throw RefusalException.Field("command", "command is one of DeviceInformation, SecurityInfo, CertificateList, InstalledApplicationList, ProfileList, "
            + "ManagedApplicationList, DeviceLock, ClearPasscode, EraseDevice, SetDeviceName."),
    };

    private static string? Text(string? text, string field, int lengthMax) =>
        string.IsNullOrWhiteSpace(text) ? null
        : text.Length <= lengthMax && Names.IsText(text.ReplaceLineEndings(" ")) ? text
        : throw RefusalException.Field(field, $"{field} has at most {lengthMax} characters and no control characters.");

    private string? CheckedPin() =>
        string.IsNullOrEmpty(Pin) ? null
        : Pin.Length == 6 && Pin.All(char.IsAsciiDigit) ? Pin
        : throw RefusalException.Field("pin", "A PIN has six digits.");

    private static ImmutableArray<string> CheckedQueries(IReadOnlyList<string> queries) =>
        queries.Count <= QueriesMax && queries.All(query => query is { Length: > 0 and <= QueryLengthMax } && query.All(char.IsAsciiLetterOrDigit)) ? [.. queries]
        : throw RefusalException.Field("queries", $"At most {QueriesMax} names of Apple's queries.");
}

/// <summary>Source-generated: commands are the API's hottest path.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, PropertyNameCaseInsensitive = true)]
[JsonSerializable(typeof(CommandRequest))]
[JsonSerializable(typeof(CommandReceipt))]
internal sealed partial class CommandJson : JsonSerializerContext;
