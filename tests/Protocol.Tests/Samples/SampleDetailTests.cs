using Mdm.Fleet.Protocol.CheckIn;
using Mdm.Fleet.Protocol.Connect;
using Mdm.Fleet.Protocol.Plist;

namespace Mdm.Fleet.Protocol.Tests.Samples;

/// <summary>What the accepted samples say, value by value.</summary>
public sealed class SampleDetailTests
{
    [Fact]
    public void A_wifi_ipad_authenticates_without_imei()
    {
        var message = CheckIn<Authenticate>("01");
        Assert.Equal("00008110-000A1D2E3C4B801E", message.Enrollment.DeviceKey.Value);
        Assert.Equal(("iPad15,7", "26.2", "23C55"), (message.ProductName, message.OSVersion, message.BuildVersion));
        Assert.Equal("ZZ0TEST00A1B", message.SerialNumber);
        Assert.Null(message.Imei);
        Assert.False(message.Enrollment.IsUserChannel);
    }

    [Fact]
    public void A_user_enrolment_is_keyed_by_its_enrollment_id()
    {
        var message = CheckIn<Authenticate>("02");
        Assert.True(message.Enrollment.IsUserEnrollment);
        Assert.Equal("3C7D5E21-9A48-4F0B-B6E3-5D1F82A7C490", message.Enrollment.DeviceKey.Value);
        Assert.Null(message.Enrollment.Udid);
        Assert.Null(message.SerialNumber);
    }

    [Fact]
    public void Entities_comments_and_cdata_are_text()
    {
        var message = CheckIn<Authenticate>("03");
        Assert.Equal("Zoë’s 🍏 Mac & \"Büro\" 東京 👩🏽‍💻", message.DeviceName);
    }

    [Fact]
    public void A_token_update_carries_opaque_tokens()
    {
        var device = CheckIn<TokenUpdate>("04");
        Assert.Equal(32, device.Token.Length);
        Assert.Equal(1536, device.UnlockToken?.Length);
        Assert.True(device.AwaitingConfiguration);
        var user = CheckIn<TokenUpdate>("05");
        Assert.Equal(40, user.Token.Length);
        Assert.Null(user.UnlockToken);
    }

    [Theory]
    [InlineData("06", "pupil.ümit@school.example")]
    [InlineData("07", "A0B1C2D3-E4F5-4061-8273-94A5B6C7D8E9")]
    public void A_user_channel_has_the_users_key(string number, string userKey)
    {
        var message = CheckIn<TokenUpdate>(number);
        Assert.True(message.Enrollment.IsUserChannel);
        Assert.Equal(userKey, message.Enrollment.UserKey);
    }

    [Fact]
    public void Other_check_in_messages_keep_their_own_keys()
    {
        Assert.Equal("com.apple.maid", CheckIn<GetToken>("09").TokenServiceType);
        var status = CheckIn<DeclarativeManagement>("10");
        Assert.Equal("status", status.Endpoint);
        Assert.StartsWith("{\"StatusItems\":", System.Text.Encoding.UTF8.GetString(status.Data!.Value.Span), StringComparison.Ordinal);
        Assert.Null(CheckIn<UserAuthenticate>("40").DigestResponse);
    }

    [Fact]
    public void Device_information_survives_empty_and_negative_values()
    {
        var result = DeviceInformationResult.Decode(SampleFiles.Get("13"))!;
        Assert.Equal(("", "26.2", -1.0, 64.0), (result.DeviceName, result.OSVersion, result.BatteryLevel, result.DeviceCapacity));
        Assert.Equal(-1, result.Values.GetInt64("CellularTechnology"));
        Assert.Equal(8, result.Values.GetInt64("EstimatedResidentUsers"));
        Assert.Equal(PlistValue.Array.Of(), result.Values["ServiceSubscriptions"]);
        Assert.Equal(new PlistValue.Date(new DateTimeOffset(2026, 11, 1, 23, 59, 59, TimeSpan.Zero)), result.Values["LastCloudBackupDate"]);
    }

    [Fact]
    public void A_leap_second_spoils_one_value_only()
    {
        Assert.Equal("b1f6e0a4-2d37-4c58-8e91-6a0f3c7d5e21", ConnectMessage.Decode(SampleFiles.Get("13b")).CommandUuid);
        var result = DeviceInformationResult.Decode(SampleFiles.Get("13b"))!;
        Assert.Equal(new PlistValue.InvalidDate("2026-06-30T23:59:60Z"), result.Values["LastCloudBackupDate"]);
    }

    [Fact]
    public void An_error_chain_keeps_its_order_and_negative_codes()
    {
        var chain = ConnectMessage.Decode(SampleFiles.Get("15")).ErrorChain;
        Assert.Equal([4001L, -67L], chain.Select(error => error.ErrorCode));
        Assert.Equal("Le profil « Clip » n’a pas pu être installé.", chain[0].LocalizedDescription);
        Assert.Null(chain[1].USEnglishDescription);
    }

    [Fact]
    public void Large_lists_decode_whole()
    {
        var apps = InstalledApplicationListResult.Decode(SampleFiles.Get("18"))!.Applications;
        Assert.Equal(1_500, apps.Length);
        Assert.Equal("Äpp 1 🎒", apps[0].Name);
        Assert.Equal(5_033_164_800, apps[0].DynamicSize);
        var certificate = Assert.Single(CertificateListResult.Decode(SampleFiles.Get("19"))!.Certificates);
        Assert.True(certificate.IsIdentity);
        Assert.InRange(certificate.Data.Length, 3_000_000, 4_000_000);
    }

    private static T CheckIn<T>(string number)
        where T : CheckInMessage => Assert.IsType<T>(CheckInMessage.Decode(SampleFiles.Get(number)));
}
