using Mdm.Fleet.Protocol.CheckIn;
using Mdm.Fleet.Protocol.Connect;
using Mdm.Fleet.Protocol.Plist;

namespace Mdm.Fleet.Protocol.Tests.Samples;

/// <summary>Each sample of the protocol notes gets the outcome that its index names, as far as decoding decides it.</summary>
public sealed class SampleOutcomeTests
{
    public static TheoryData<string, string> Outcomes => new()
    {
        { "01", "checkin Authenticate" },
        { "02", "checkin Authenticate" },
        { "03", "checkin Authenticate" },
        { "04", "checkin TokenUpdate" },
        { "05", "checkin TokenUpdate" },
        { "06", "checkin TokenUpdate" },
        { "07", "checkin TokenUpdate" },
        { "08", "checkin CheckOut" },
        { "09", "checkin GetToken" },
        { "10", "checkin DeclarativeManagement" },
        { "11", "connect Idle" },
        { "12", "connect Idle" },
        { "13", "connect Acknowledged" },
        { "13b", "connect Acknowledged" },
        { "14", "connect NotNow" },
        { "15", "connect Error" },
        { "16", "connect CommandFormatError" },
        { "17", "connect Acknowledged" },
        { "18", "connect Acknowledged" },
        { "19", "connect Acknowledged" },
        { "20", "checkin refused DuplicateKey" },
        { "21", "checkin refused DocumentType" },
        { "22", "connect refused DocumentType" },
        { "23", "connect Idle" },
        { "24", "checkin refused Truncated" },
        { "25", "checkin refused WrongType" },
        { "26", "checkin refused NotPlist" },
        { "27", "connect refused NotPlist" },
        { "28", "checkin refused Data" },
        { "29", "checkin refused NoIdentifier" },
        { "30", "checkin refused BadTopic" },
        { "31", "checkin refused UnknownMessageType" },
        { "32", "connect Idle" },
        { "33", "connect refused Encoding" },
        { "34", "connect refused NotPlist" },
        { "35", "connect refused Depth" },
        { "36", "connect refused KeyWithoutValue" },
        { "37", "connect refused BadIdentifier" },
        { "38", "tree Dict" },
        { "39", "tree Dict" },
        { "40", "checkin UserAuthenticate" },
    };

    [Theory]
    [MemberData(nameof(Outcomes))]
    [Trait("Requirement", "PR-01")]
    public void A_sample_gets_the_outcome_of_its_index(string number, string outcome)
    {
        var body = SampleFiles.Get(number);
        var kind = outcome.Split(' ')[0];
        Assert.Equal(outcome, $"{kind} {OutcomeOf(kind, body)}");
    }

    [Fact]
    public void Every_sample_has_an_outcome() =>
        Assert.Equal(SampleFiles.All.Keys.Select(name => name.Split('-')[0]).Order(), Outcomes.Select(row => (string)row[0]).Order());

    private static string OutcomeOf(string kind, byte[] body)
    {
        try
        {
            return kind switch
            {
                "checkin" => CheckInMessage.Decode(body).MessageType,
                "connect" => ConnectMessage.Decode(body).Status.ToString(),
                _ => PlistValue.Read(body).GetType().Name,
            };
        }
        catch (PlistException refused)
        {
            return $"refused {refused.Reason}";
        }
        catch (ProtocolException refused)
        {
            return $"refused {refused.Error}";
        }
    }
}
