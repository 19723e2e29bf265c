using System.Buffers;
using System.Text;
using Mdm.Fleet.Protocol.Commands;
using Mdm.Fleet.Protocol.Plist;

namespace Mdm.Fleet.Protocol.Tests.Commands;

/// <summary>Commands as the server writes and a device reads them.</summary>
public sealed class CommandTests
{
    private static readonly byte[] Bytes = [1, 2, 3, 250];

    public static TheoryData<int> Indexes => [.. Enumerable.Range(0, All.Length)];

    private static Command[] All =>
    [
        new InstallProfile(Bytes),
        new RemoveProfile("org.item.wifi"),
        new ProfileList(ManagedOnly: true),
        new InstallApplication("org.app", ManagementFlags: 5, PurchaseMethod: 1, Configuration: PlistValue.Dict.Of(("Server", "x"))),
        new InstallApplication(ITunesStoreId: 361_309_726, ChangeManagementState: "Managed"),
        new InstallApplication(ManifestUrl: "https://fleet.example/m.plist?a=1&b=2"),
        new RemoveApplication("org.app"),
        new ManagedApplicationList(),
        new ManagedApplicationList(["org.app"]),
        new InstalledApplicationList(["org.app"], ManagedAppsOnly: true, ["Identifier", "Version"]),
        new InstalledApplicationList(),
        new CertificateList(),
        new DeviceInformation(["DeviceName", "OSVersion"]),
        new SecurityInfo(),
        new DeviceLock("Bring me <back> & home", "+81 3", "123456"),
        new DeviceLock(),
        new EraseDevice("123456", PreserveDataPlan: true),
        new ClearPasscode(Bytes),
        new Settings([new DeviceNameSetting("iPad 7"), new OtherSetting("Bluetooth", PlistValue.Dict.Of(("Enabled", true)))]),
        new DeviceConfigured(),
        new Unknown("FutureCommand"),
    ];

    [Theory]
    [MemberData(nameof(Indexes))]
    [Trait("Requirement", "PR-03")]
    public void A_command_that_the_server_writes_is_read_back(int index)
    {
        var command = All[index];
        var (uuid, read) = Command.Decode(Encode("UUID-1", command));
        Assert.Equal("UUID-1", uuid);
        Assert.Equal(command.GetType(), read.GetType());
        Assert.Equal(command.RequestType, read.RequestType);
        Assert.Equal(Encode("UUID-1", command), Encode("UUID-1", read));
    }

    [Fact]
    public void A_command_looks_as_apple_documents_it()
    {
        var expected = PlistValue.Dict.Of(
            ("Command", PlistValue.Dict.Of(
                ("Identifier", "org.app"), ("ManagementFlags", 1), ("Options", PlistValue.Dict.Of(("PurchaseMethod", 1))), ("RequestType", "InstallApplication"))),
            ("CommandUUID", "UUID-1"));
        Assert.Equal(expected, PlistValue.Read(Encode("UUID-1", new InstallApplication("org.app", PurchaseMethod: 1))));
    }

    [Theory]
    [InlineData("<array/>", ProtocolError.WrongType)]
    [InlineData("<dict/>", ProtocolError.MissingKey)]
    [InlineData("<dict><key>Command</key><dict><key>RequestType</key><string>SecurityInfo</string></dict></dict>", ProtocolError.MissingKey)]
    [InlineData("<dict><key>CommandUUID</key><string>1</string><key>Command</key><dict/></dict>", ProtocolError.MissingKey)]
    [InlineData("<dict><key>CommandUUID</key><string>1</string><key>Command</key><dict><key>RequestType</key><string>InstallProfile</string></dict></dict>", ProtocolError.MissingKey)]
    [InlineData("<dict><key>CommandUUID</key><string>1</string><key>Command</key><dict><key>RequestType</key><string>InstallApplication</string></dict></dict>", ProtocolError.MissingKey)]
    public void An_incomplete_command_is_refused_for_its_reason(string root, ProtocolError error)
    {
        var body = Encoding.UTF8.GetBytes($"<plist version=\"1.0\">{root}</plist>");
        Assert.Equal(error, Assert.Throws<ProtocolException>(() => Command.Decode(body)).Error);
    }

    private static byte[] Encode(string uuid, Command command)
    {
        var output = new ArrayBufferWriter<byte>();
        command.Encode(uuid, output);
        return output.WrittenSpan.ToArray();
    }
}
