using Mdm.Fleet.Domain.Commands;
using Mdm.Fleet.Domain.Devices;
using Mdm.Fleet.Protocol;
using Mdm.Fleet.Protocol.Connect;
using Mdm.Fleet.Protocol.Plist;

namespace Mdm.Fleet.Frontend.Devices;

/// <summary>What a result says beyond its status.</summary>
internal readonly record struct ResultFacts(ReportStatus Status, string? Detail = null, ReportContent? Content = null, ReadOnlyMemory<byte> Inventory = default);

/// <summary>
/// Reads results by the key that they carry. An answer that can't be read still completes its command: a device would send it again
/// and again.
/// </summary>
internal static class Results
{
    private const int DetailCharsMax = 300;

    public static ResultFacts Read(ConnectMessage message) => message.Status switch
    {
        CommandStatus.Acknowledged => Acknowledged(message),
        CommandStatus.CommandFormatError => new ResultFacts(ReportStatus.CommandFormatError, DetailOf(message)),
        _ => new ResultFacts(ReportStatus.Error, DetailOf(message) ?? Rejection(message)),
    };

    private static ResultFacts Acknowledged(ConnectMessage message)
    {
        try
        {
            var body = message.Body.Span;
            return KeyOf(body) switch
            {
                ResultKey.ProfileList => Content(ProfileListResult.Decode(body) is { } list ? Profiles(list) : null),
                ResultKey.ManagedApplicationList => Content(ManagedApplicationListResult.Decode(body) is { } list ? Apps(list) : null),
                ResultKey.QueryResponses => Information(DeviceInformationResult.Decode(body)),
                ResultKey.SecurityInfo => Inventory(InventoryJson.Of(SecurityInfoResult.Decode(body)?.Values)),
                ResultKey.CertificateList => Inventory(InventoryJson.Of(CertificateListResult.Decode(body))),
                ResultKey.InstalledApplicationList => Inventory(InventoryJson.Of(InstalledApplicationListResult.Decode(body))),
                ResultKey.Settings => Settings(SettingsResult.Decode(body)),
                ResultKey.RejectionReason => new ResultFacts(ReportStatus.Error, Rejection(message)),
                ResultKey.None => new ResultFacts(ReportStatus.Acknowledged),
                _ => throw new InvalidOperationException("ResultKey is a closed set."),
            };
        }
        catch (ProtocolException e)
        {
            return new ResultFacts(ReportStatus.Acknowledged, e.Message);
        }
    }

    private static ResultFacts Content(ReportContent? content) => new(ReportStatus.Acknowledged, Content: content);

    private static ResultFacts Inventory(ReadOnlyMemory<byte> json) => new(ReportStatus.Acknowledged, Inventory: json);

    private static ReportContent.Profiles Profiles(ProfileListResult list) => new(
        [.. list.Profiles.Select(profile => new ReportedProfile(profile.Identifier, Guid.TryParse(profile.Uuid, out var uuid) ? uuid : Guid.Empty))]);

    private static ReportContent.ManagedApps Apps(ManagedApplicationListResult list) =>
        new([.. list.Applications.Select(app => new ReportedApp(app.BundleId, app.Status.ToString()))]);

    private static ResultFacts Information(DeviceInformationResult? result) => result is null
        ? new ResultFacts(ReportStatus.Acknowledged)
        : new ResultFacts(ReportStatus.Acknowledged, null, new ReportContent.Information(FactsOf(result)), InventoryJson.Of(result.Values));

    private static DeviceFacts FactsOf(DeviceInformationResult result) => new(
        result.DeviceName, result.SerialNumber, result.ProductName, result.ModelName, result.OSVersion, result.BuildVersion, result.IsSupervised);

    /// <summary>An acknowledged Settings may hold a setting that failed.</summary>
    private static ResultFacts Settings(SettingsResult? result) =>
        result?.Settings.FirstOrDefault(setting => setting.Status != CommandStatus.Acknowledged) is { } failed
            ? new ResultFacts(ReportStatus.Error, Detail(failed.ErrorChain) ?? failed.Item)
            : new ResultFacts(ReportStatus.Acknowledged);

    private static string? DetailOf(ConnectMessage message) => Detail(message.ErrorChain);

    private static string? Detail(System.Collections.Immutable.ImmutableArray<ErrorChainItem> chain) => chain is [var first, ..]
        ? Bounded($"{first.USEnglishDescription ?? first.LocalizedDescription ?? "Error"} ({first.ErrorDomain} {first.ErrorCode})")
        : null;

    private static string? Rejection(ConnectMessage message) =>
        InstallApplicationResult.Decode(message.Body.Span).RejectionReason is { } reason ? Bounded(reason) : null;

    private static string Bounded(string text) => text.Length <= DetailCharsMax ? text : text[..DetailCharsMax];

    /// <summary>The first top-level key that tells what kind of result this is; the body was read whole before, so this can't fail.</summary>
    private static ResultKey KeyOf(ReadOnlySpan<byte> body)
    {
        var reader = new PlistReader(body);
        reader.Read();
        while (reader.Read() && reader.Token == PlistToken.Key)
        {
            var key = KeyNamed(reader.GetUtf8());
            if (key != ResultKey.None)
                return key;
            reader.Read();
            reader.Skip();
        }

        return ResultKey.None;
    }

    private static ResultKey KeyNamed(ReadOnlySpan<byte> name) => name switch
    {
        _ when name.SequenceEqual("ProfileList"u8) => ResultKey.ProfileList,
        _ when name.SequenceEqual("ManagedApplicationList"u8) => ResultKey.ManagedApplicationList,
        _ when name.SequenceEqual("QueryResponses"u8) => ResultKey.QueryResponses,
        _ when name.SequenceEqual("SecurityInfo"u8) => ResultKey.SecurityInfo,
        _ when name.SequenceEqual("CertificateList"u8) => ResultKey.CertificateList,
        _ when name.SequenceEqual("InstalledApplicationList"u8) => ResultKey.InstalledApplicationList,
        _ when name.SequenceEqual("Settings"u8) => ResultKey.Settings,
        _ when name.SequenceEqual("RejectionReason"u8) => ResultKey.RejectionReason,
        _ => ResultKey.None,
    };

    private enum ResultKey
    {
        None,
        ProfileList,
        ManagedApplicationList,
        QueryResponses,
        SecurityInfo,
        CertificateList,
        InstalledApplicationList,
        Settings,
        RejectionReason,
    }
}
