using Mdm.Fleet.Domain.Commands;
using Mdm.Fleet.Domain.Configurations;
using Mdm.Fleet.Domain.Devices;
using Mdm.Fleet.Domain.Enrollment;
using Mdm.Fleet.Domain.Users;
using Mdm.Fleet.Grains.Devices;

namespace Mdm.Fleet.Grains.Tests.Hosting;

/// <summary>An iPad that speaks to its grain: it does what it is told and reports what it holds.</summary>
internal sealed class Pad(Fleet fleet, string id, string identity = "reference-1")
{
    public const string Topic = "com.apple.mgmt.test";

    public string Id => id;

    public HashSet<string> Profiles { get; } = [];

    public List<string> Obeyed { get; } = [];

    public IDevice Grain => fleet.Device(id);

    private Dictionary<string, Guid> Uuids { get; } = [];

    public async Task EnrolAsync(params string[] groups)
    {
        var facts = new AuthenticateFacts(
            EnrollmentKind.Device, new DeviceFacts(SerialNumber: "SN" + id, ProductName: "iPad13,1"), identity, "test.enrolment",
            [.. groups.Select(Domain.Catalog.GroupId.Parse)], "token-" + id);
        Assert.Equal(CheckInOutcome.Accepted, await Grain.Authenticate(new AuthenticateRequest(facts, MayRebind: true)));
        Assert.Equal(CheckInOutcome.Accepted, await TokenUpdateAsync());
        await ConnectAsync();
    }

    public Task<CheckInOutcome> TokenUpdateAsync(byte token = 1) =>
        Grain.TokenUpdate(new TokenUpdateRequest(identity, Topic, new byte[] { token, 2, 3 }, "magic", default, false));

    public Task<ConnectReply> IdleAsync() => Grain.Connect(new ConnectRequest(identity));

    public Task<ConnectReply> NotNowAsync(QueuedCommand command) => Grain.Connect(new ConnectRequest(identity, NotNow: command.Id));

    public Task<ConnectReply> AnswerAsync(QueuedCommand command) => Grain.Connect(new ConnectRequest(identity, Execute(command)));

    /// <summary>Connects and obeys until nothing more comes; answers how many commands it obeyed.</summary>
    public async Task<int> ConnectAsync()
    {
        var obeyed = 0;
        for (var reply = await IdleAsync(); reply.Command is { } command; reply = await AnswerAsync(command))
            Assert.True(++obeyed < 500, "Commands without end.");
        return obeyed;
    }

    public async Task<DeviceView> SignInAsync(string user, params string[] groups)
    {
        var reply = await Grain.SignIn(new SignInRequest(new UserFacts(new Owner(UserName.Parse(user), user, [.. groups.Select(Domain.Catalog.GroupId.Parse)], default)), 0));
        Assert.Null(reply.Refusal);
        return reply.View;
    }

    private CommandReport Execute(QueuedCommand command)
    {
        Obeyed.Add(command.Body.RequestType);
        switch (command.Body)
        {
            case CommandBody.InstallProfile install:
                var identifier = "test.item." + install.ItemId;
                Profiles.Add(identifier);
                Uuids[identifier] = ProfileUuid.For(identifier, install.Revision);
                break;
            case CommandBody.RemoveProfile remove:
                Profiles.Remove(remove.Identifier);
                break;
            case CommandBody.ProfileList:
                return new CommandReport(command.Id, ReportStatus.Acknowledged, null, new ReportContent.Profiles(
                    [.. Profiles.Select(profile => new ReportedProfile(profile, Uuids[profile]))]));
            default:
                break;
        }

        return new CommandReport(command.Id, ReportStatus.Acknowledged);
    }
}
