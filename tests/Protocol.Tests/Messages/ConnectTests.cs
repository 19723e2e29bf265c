using System.Buffers;
using System.Text;
using Mdm.Fleet.Domain.Enrollment;
using Mdm.Fleet.Protocol.Connect;
using Mdm.Fleet.Protocol.Messages;
using Mdm.Fleet.Protocol.Plist;
using Mdm.Fleet.Protocol.Tests.Samples;

namespace Mdm.Fleet.Protocol.Tests.Messages;

/// <summary>Connect messages and results as a device writes and the server reads them.</summary>
public sealed class ConnectTests
{
    private const string Uuid = "B1F6E0A4-2D37-4C58-8E91-6A0F3C7D5E21";

    private static readonly EnrollmentIdentity Device = new(EnrollmentId.Parse("00008110-000A1D2E3C4B801E"));

    [Fact]
    public void Idle_says_who_and_nothing_else()
    {
        var read = Decode(ConnectMessage.Idle(Device));
        Assert.Equal((Device, CommandStatus.Idle, null), (read.Enrollment, read.Status, read.CommandUuid));
        Assert.True(read.Body.IsEmpty);
    }

    [Fact]
    public void An_error_keeps_its_chain()
    {
        var read = Decode(ConnectMessage.Answer(Device, Uuid, CommandStatus.Error, new ErrorChainItem(12021, "MCMDMErrorDomain", "Inconnu", "Unknown")));
        Assert.Equal((CommandStatus.Error, Uuid), (read.Status, read.CommandUuid));
        Assert.Equal(new ErrorChainItem(12021, "MCMDMErrorDomain", "Inconnu", "Unknown"), Assert.Single(read.ErrorChain));
    }

    [Theory]
    [InlineData("<key>Status</key><string>Done</string>", ProtocolError.UnknownStatus)]
    [InlineData("", ProtocolError.MissingKey)]
    [InlineData("<key>Status</key><string>Acknowledged</string>", ProtocolError.MissingKey)]
    [InlineData("<key>Status</key><true/>", ProtocolError.WrongType)]
    public void An_incomplete_message_is_refused_for_its_reason(string keys, ProtocolError error)
    {
        var body = Encoding.UTF8.GetBytes($"<plist><dict><key>UDID</key><string>12345678</string>{keys}</dict></plist>");
        Assert.Equal(error, Assert.Throws<ProtocolException>(() => ConnectMessage.Decode(body)).Error);
    }

    [Fact]
    public void Profiles_and_certificates_are_read_back()
    {
        var profiles = new ProfileListResult([new("org.item.wifi", "UUID", "Wi-Fi", true), new("com.other", "UUID2")]);
        Assert.Equal(profiles.Profiles.AsEnumerable(), ProfileListResult.Decode(Body(profiles))!.Profiles);
        var certificates = CertificateListResult.Decode(Body(new CertificateListResult([new("CN", true, "der"u8.ToArray())])))!;
        var certificate = Assert.Single(certificates.Certificates);
        Assert.Equal(("CN", true, "der"), (certificate.CommonName, certificate.IsIdentity, Encoding.UTF8.GetString(certificate.Data.Span)));
    }

    [Fact]
    public void Apps_are_read_back()
    {
        var managed = new ManagedApplicationListResult(
            [new("org.a", ManagedApplicationStatus.Managed, 5, HasConfiguration: true), new("org.b", ManagedApplicationStatus.UserRejected)]);
        Assert.Equal(managed.Applications.AsEnumerable(), ManagedApplicationListResult.Decode(Body(managed))!.Applications);
        var installed = new InstalledApplicationListResult([new("org.a", "A", "1.0", "1", 5, 5_033_164_800, true), new("org.b")]);
        Assert.Equal(installed.Applications.AsEnumerable(), InstalledApplicationListResult.Decode(Body(installed))!.Applications);
        var accepted = new InstallApplicationResult("org.a", "Queued", null);
        Assert.Equal(accepted, InstallApplicationResult.Decode(Body(accepted)));
    }

    [Fact]
    public void Device_facts_and_settings_are_read_back()
    {
        var facts = new DeviceInformationResult(PlistValue.Dict.Of(("DeviceName", "iPad 7"), ("IsSupervised", true), ("BatteryLevel", 0.5)));
        var read = DeviceInformationResult.Decode(Body(facts))!;
        Assert.Equal(("iPad 7", true, 0.5, null), (read.DeviceName, read.IsSupervised, read.BatteryLevel, read.OSVersion));
        var security = SecurityInfoResult.Decode(Body(new SecurityInfoResult(PlistValue.Dict.Of(("PasscodePresent", false), ("HardwareEncryptionCaps", 3)))))!;
        Assert.Equal((false, 3, null), (security.PasscodePresent, security.HardwareEncryptionCaps, security.PasscodeCompliant));
        var settings = SettingsResult.Decode(Body(new SettingsResult(
            [new("DeviceName", CommandStatus.Acknowledged, []), new("Bluetooth", CommandStatus.Error, [new(1, "D")])])))!;
        Assert.Equal([CommandStatus.Acknowledged, CommandStatus.Error], settings.Settings.Select(setting => setting.Status));
    }

    [Fact]
    public void A_report_without_its_list_is_no_empty_list()
    {
        var silent = Body(null);
        Assert.Null(ProfileListResult.Decode(silent));
        Assert.Null(ManagedApplicationListResult.Decode(silent));
        Assert.Null(InstalledApplicationListResult.Decode(silent));
        Assert.Null(CertificateListResult.Decode(silent));
        Assert.Empty(ProfileListResult.Decode(Body(new ProfileListResult([])))!.Profiles);
    }

    [Fact]
    public void A_status_word_that_is_new_is_unknown()
    {
        var body = Encoding.UTF8.GetBytes(
            "<plist><dict><key>ManagedApplicationList</key><dict><key>a</key><dict><key>Status</key><string>7</string></dict></dict></dict></plist>");
        Assert.Equal(ManagedApplicationStatus.Unknown, Assert.Single(ManagedApplicationListResult.Decode(body)!.Applications).Status);
    }

    [Fact]
    public void An_idle_connect_allocates_little_besides_its_identifier()
    {
        var body = SampleFiles.Get("11");
        ConnectMessage.Decode(body);
        var before = GC.GetAllocatedBytesForCurrentThread();
        ConnectMessage.Decode(body);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, 256);
    }

    private static byte[] Body(CommandResult? result) => Encode(ConnectMessage.Answer(Device, Uuid, CommandStatus.Acknowledged), result);

    private static ConnectMessage Decode(ConnectMessage message) => ConnectMessage.Decode(Encode(message, null));

    private static byte[] Encode(ConnectMessage message, CommandResult? result)
    {
        var output = new ArrayBufferWriter<byte>();
        message.Encode(output, result);
        return output.WrittenSpan.ToArray();
    }
}
