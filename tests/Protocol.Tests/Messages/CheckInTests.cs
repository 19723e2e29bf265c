using System.Buffers;
using System.Text;
using Mdm.Fleet.Domain.Enrollment;
using Mdm.Fleet.Protocol.CheckIn;
using Mdm.Fleet.Protocol.Messages;
using Mdm.Fleet.Protocol.Plist;
using Mdm.Fleet.Protocol.Tests.Samples;

namespace Mdm.Fleet.Protocol.Tests.Messages;

/// <summary>Check-in messages as a device writes and the server reads them.</summary>
public sealed class CheckInTests
{
    private const string Topic = "com.apple.mgmt.External.0f5b";

    private static readonly EnrollmentIdentity Device = new(EnrollmentId.Parse("00008110-000A1D2E3C4B801E"));
    private static readonly EnrollmentIdentity Person = new(EnrollmentId.Parse("3C7D5E21-9A48-4F0B-B6E3-5D1F82A7C490"), IsUserEnrollment: true);

    private static readonly EnrollmentIdentity SharedUser =
        Device with { UserId = EnrollmentIdentity.SharedIPadUserId, UserShortName = "pupil.ümit@school.example" };

    public static TheoryData<string> Messages => [.. All.Keys];

    private static Dictionary<string, CheckInMessage> All => new()
    {
        ["Authenticate"] = new Authenticate(Device, Topic) { OSVersion = "26.2", SerialNumber = "ZZ0", Imei = "35", DeviceName = "Zoë’s <iPad>" },
        ["Authenticate of a person's device"] = new Authenticate(Person, Topic) { ProductName = "iPhone17,2" },
        ["TokenUpdate"] = new TokenUpdate(Device, Topic, new byte[32], "magic") { UnlockToken = new byte[1536], AwaitingConfiguration = true },
        ["TokenUpdate of a user"] = new TokenUpdate(SharedUser, Topic, new byte[40], "magic") { NotOnConsole = false, UserLongName = "Ümit" },
        ["CheckOut"] = new CheckOut(Device, Topic),
        ["UserAuthenticate"] = new UserAuthenticate(Device with { UserId = "A0B1C2D3-E4F5-4061-8273-94A5B6C7D8E9" }, "digest"),
        ["SetBootstrapToken"] = new SetBootstrapToken(Device, new byte[] { 1, 2, 3 }),
        ["SetBootstrapToken that deletes"] = new SetBootstrapToken(Device, null),
        ["GetBootstrapToken"] = new GetBootstrapToken(Device),
        ["GetToken"] = new GetToken(Device, "com.apple.watch.pairing", PlistValue.Dict.Of(("SecurityToken", "x"))),
        ["DeclarativeManagement"] = new DeclarativeManagement(Device, "tokens", null),
        ["ReturnToService"] = new ReturnToService(Device),
    };

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_message_that_a_device_writes_is_read_back(string name)
    {
        var message = All[name];
        var read = CheckInMessage.Decode(Encode(message));
        Assert.Equal(message.Enrollment, read.Enrollment);
        Assert.Equal(message.GetType(), read.GetType());
        Assert.Equal(Encode(message), Encode(read));
    }

    [Fact]
    [Trait("Requirement", "PR-01")]
    public void A_channel_is_the_users_exactly_when_a_user_id_is_there()
    {
        Assert.Equal((false, null), (Device.IsUserChannel, Device.UserKey));
        Assert.Equal((true, "pupil.ümit@school.example"), (SharedUser.IsUserChannel, SharedUser.UserKey));
        var lower = SharedUser with { UserId = EnrollmentIdentity.SharedIPadUserId.ToLowerInvariant() };
        Assert.Equal("pupil.ümit@school.example", lower.UserKey);
        Assert.True((Person with { EnrollmentUserId = "A0B1C2D3" }).IsUserChannel);
        Assert.Null(Person.Udid);
        Assert.Null(Device.EnrollmentId);
    }

    [Theory]
    [InlineData("<key>MessageType</key><string>CheckOut</string>", ProtocolError.NoIdentifier)]
    [InlineData("<key>MessageType</key><string>CheckOut</string><key>UDID</key><string>12345678</string><key>EnrollmentID</key><string>12345678</string>", ProtocolError.NoIdentifier)]
    [InlineData("<key>MessageType</key><string>CheckOut</string><key>UDID</key><string>1234567</string>", ProtocolError.BadIdentifier)]
    [InlineData("<key>MessageType</key><string>CheckOut</string><key>UDID</key><integer>12345678</integer>", ProtocolError.WrongType)]
    [InlineData("<key>MessageType</key><string>CheckOut</string><key>UDID</key><string>12345678</string>", ProtocolError.MissingKey)]
    [InlineData("<key>MessageType</key><string>CheckOut</string><key>UDID</key><string>12345678</string><key>Topic</key><string>com.apple.mgmt.</string>", ProtocolError.BadTopic)]
    [InlineData("<key>UDID</key><string>12345678</string>", ProtocolError.MissingKey)]
    [InlineData("<key>MessageType</key><dict/><key>UDID</key><string>12345678</string>", ProtocolError.WrongType)]
    [InlineData("<key>MessageType</key><string>GetBootstrapToken</string><key>UDID</key><string>12345678</string><key>UserID</key><string>../../x</string>", ProtocolError.BadIdentifier)]
    [InlineData("<key>MessageType</key><string>GetBootstrapToken</string><key>UDID</key><string>12345678</string><key>UserID</key><string>FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF</string>", ProtocolError.MissingKey)]
    [InlineData("<key>MessageType</key><string>UserAuthenticate</string><key>UDID</key><string>12345678</string>", ProtocolError.MissingKey)]
    [InlineData("<key>MessageType</key><string>GetToken</string><key>UDID</key><string>12345678</string>", ProtocolError.MissingKey)]
    public void An_incomplete_message_is_refused_for_its_reason(string keys, ProtocolError error) =>
        Assert.Equal(error, Assert.Throws<ProtocolException>(() => CheckInMessage.Decode(Document(keys))).Error);

    [Theory]
    [InlineData("<key>Token</key><data></data><key>PushMagic</key><string>x</string>", ProtocolError.MissingKey)]
    [InlineData("<key>Token</key><string>AAAA</string><key>PushMagic</key><string>x</string>", ProtocolError.WrongType)]
    [InlineData("<key>Token</key><data>AAAA</data>", ProtocolError.MissingKey)]
    [InlineData("<key>Token</key><data>AAAA</data><key>PushMagic</key><string/>", ProtocolError.MissingKey)]
    [InlineData("<key>Token</key><data>AAAA</data><key>PushMagic</key><string>x</string><key>AwaitingConfiguration</key><string>yes</string>", ProtocolError.WrongType)]
    public void A_token_update_without_its_token_is_refused(string keys, ProtocolError error)
    {
        var document = Document($"<key>MessageType</key><string>TokenUpdate</string><key>Topic</key><string>{Topic}</string><key>UDID</key><string>12345678</string>{keys}");
        Assert.Equal(error, Assert.Throws<ProtocolException>(() => CheckInMessage.Decode(document)).Error);
    }

    [Theory]
    [InlineData("01")]
    [InlineData("04")]
    public void Decoding_allocates_at_most_a_kilobyte_beyond_the_messages_data(string number)
    {
        var body = SampleFiles.Get(number);
        CheckInMessage.Decode(body);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var message = CheckInMessage.Decode(body);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        var data = message is TokenUpdate update ? update.Token.Length + (update.UnlockToken?.Length ?? 0) : 0;
        Assert.InRange(allocated, 1, 1024 + data);
    }

    private static byte[] Encode(CheckInMessage message)
    {
        var output = new ArrayBufferWriter<byte>();
        message.Encode(output);
        return output.WrittenSpan.ToArray();
    }

    private static byte[] Document(string keys) => Encoding.UTF8.GetBytes($"<plist version=\"1.0\"><dict>{keys}</dict></plist>");
}
