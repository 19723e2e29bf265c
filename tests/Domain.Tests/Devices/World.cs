using System.Collections.Immutable;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Commands;
using Mdm.Fleet.Domain.Configurations;
using Mdm.Fleet.Domain.Devices;
using Mdm.Fleet.Domain.Enrollment;
using Mdm.Fleet.Domain.Users;

namespace Mdm.Fleet.Domain.Tests.Devices;

/// <summary>
/// A device's record under the rules together with an iPad that lives by Apple's: it executes one command at a time, may lose,
/// delay or repeat its answers, locks, refuses, and holds things that are not ours.
/// </summary>
internal sealed class World(int seed)
{
    private readonly Random _chance = new(seed);
    private readonly HashSet<Guid> _handedOut = [];
    private readonly HashSet<Guid> _deferred = [];
    private readonly List<CommandReport> _lateReports = [];
    private int _restartedAt;
    private int _ids;

    public const string Identity = "ref:1";

    public const string EnrollmentProfile = "test.enrolment";

    public DateTimeOffset Now { get; private set; } = new(2026, 1, 1, 8, 0, 0, TimeSpan.Zero);

    public CatalogSnapshot Catalog { get; private set; } = CatalogSnapshot.Empty;

    public Device Device { get; private set; } = new();

    public List<DeviceEvent> Told { get; } = [];

    /// <summary>Profiles on the iPad: identifier to uuid. The first two are not ours.</summary>
    public Dictionary<string, Guid> Profiles { get; } = new() { ["personal.vpn"] = Guid.NewGuid(), [EnrollmentProfile] = Guid.NewGuid() };

    /// <summary>The revision of each profile of ours that the iPad was last given: what it holds, and whose values.</summary>
    public Dictionary<string, string> Contents { get; } = [];

    /// <summary>Managed apps: bundle id to looks left until installed.</summary>
    public Dictionary<string, int> Apps { get; } = [];

    public HashSet<string> Refuses { get; } = [];

    /// <summary>What the list says of an app, in place of how far its install is.</summary>
    public Dictionary<string, string> AppSays { get; } = [];

    public bool Locked { get; set; }

    /// <summary>When the iPad's certificate expires; null = nobody looks.</summary>
    public DateTimeOffset? CertificateExpiresAt { get; set; }

    public int CommandsHandedOut { get; private set; }

    public DateTimeOffset? LookAgainAt { get; private set; }

    public RuleContext Context => new(Now, Catalog, NewId, id => IdNumber(id) <= _restartedAt || _handedOut.Contains(id));

    public void Pass(TimeSpan time) => Now += time;

    public void Publish(params IEnumerable<Item> items)
    {
        Catalog = Catalog with { Revision = Catalog.Revision + 1, Items = [.. items], NobodyGroups = [GroupId.Parse("nobodys")] };
        Plan();
    }

    public void Enrol(EnrollmentKind kind = EnrollmentKind.Device, string product = "iPad13,1")
    {
        Authenticate(kind, product);
        TokenUpdate();
    }

    public void Authenticate(EnrollmentKind kind = EnrollmentKind.Device, string product = "iPad13,1")
    {
        var facts = new AuthenticateFacts(kind, new DeviceFacts(ProductName: product), Identity, EnrollmentProfile, [GroupId.Parse("ward")], "token", CertificateExpiresAt);
        Take(Enrollments.Authenticate(Device, facts, Context));
        Plan();
    }

    public void TokenUpdate(bool awaitingConfiguration = false)
    {
        Take(Enrollments.TokenUpdate(Device, "com.apple.mgmt.x", [1, 2, 3], "magic", awaitingConfiguration, Context));
        Plan();
    }

    /// <summary>The device connects with the certificate that it has.</summary>
    public void Present()
    {
        Take(Renewals.Present(Device, CertificateExpiresAt, Context));
        Plan();
    }

    public void CheckOut()
    {
        Take(Enrollments.CheckOut(Device, Context));
        Plan();
    }

    /// <summary>An admin forgets refusals.</summary>
    public void Retry()
    {
        Device = Retries.Forgive(Device, (_, _) => true);
        Plan();
    }

    /// <summary>The next command goes out to the device, which has not obeyed yet.</summary>
    public QueuedCommand HandOut()
    {
        var next = Queue.Next(Device, _deferred)!;
        _handedOut.Add(next.Id);
        return next;
    }

    /// <summary>The device obeys a command that it was given, now or long ago.</summary>
    public void Obey(QueuedCommand command) => Hear(Execute(command));

    public SignInOutcome SignIn(string user, params string[] groups) => SignIn(user, begunIn: null, groups);

    public SignInOutcome SignIn(string user, long? begunIn, params string[] groups)
    {
        var owner = new Owner(UserName.Parse(user), user, [.. groups.Select(GroupId.Parse)], Now);
        var outcome = Sessions.SignIn(Device, owner, Context, begunIn);
        if (outcome is SignInOutcome.SignedIn { Transition: var transition })
            Take(transition);
        Plan();
        return outcome;
    }

    public void SignOut()
    {
        Take(Sessions.SignOut(Device, Device.Epoch, "person", Context));
        Plan();
    }

    public void Ask(CommandBody body)
    {
        if (Queue.Enqueue(Device, body, Context) is EnqueueOutcome.Queued queued)
            Device = queued.Next;
    }

    public void Retire()
    {
        Take(Enrollments.Retire(Device, Context)!);
        Plan();
    }

    /// <summary>The silo dies: what was handed out is forgotten.</summary>
    public void Restart()
    {
        _restartedAt = _ids;
        _handedOut.Clear();
        _deferred.Clear();
    }

    public void Plan()
    {
        var planned = Planner.Plan(Device, Context);
        Take(planned.Transition);
        LookAgainAt = planned.LookAgainAt;
        if (Planner.Plan(Device, Context).Transition is { Events.IsEmpty: true, Next: var again } && again.Queue == Device.Queue)
            return;
        throw new InvalidOperationException("Planning twice changed something.");
    }

    /// <summary>One connection of the device: commands until the queue is empty or everything is deferred. Answers how many were executed.</summary>
    public int Connect(bool chaotic = false)
    {
        _deferred.Clear();
        var executed = 0;
        while (Queue.Next(Device, _deferred) is { } command)
        {
            _handedOut.Add(command.Id);
            CommandsHandedOut++;
            if (chaotic && _chance.Next(12) == 0)
                return executed; // the answer with the command never arrived
            if (Locked && !command.Body.NeverNotNow)
            {
                _deferred.Add(command.Id);
                continue;
            }

            executed++;
            Deliver(Execute(command), chaotic);
        }

        return executed;
    }

    /// <summary>Answers of the past come again, or at last.</summary>
    public void DeliverLate()
    {
        if (_lateReports.Count > 0)
            Hear(_lateReports[_chance.Next(_lateReports.Count)]);
    }

    private void Deliver(CommandReport report, bool chaotic)
    {
        if (chaotic && report.Content is null)
            _lateReports.Add(report);
        if (chaotic && report.Content is null && _chance.Next(8) == 0)
            return; // lost for now
        Hear(report);
        if (chaotic && _chance.Next(8) == 0)
            Hear(report); // repeated
    }

    /// <summary>The device answers a command in its own words.</summary>
    public void Hear(CommandReport report)
    {
        Take(Reports.Apply(Device, report, Context));
        Plan();
    }

    private CommandReport Execute(QueuedCommand command)
    {
        CommandReport Done(ReportContent? content = null) => new(command.Id, ReportStatus.Acknowledged, null, content);
        CommandReport No(string why) => new(command.Id, ReportStatus.Error, why);
        switch (command.Body)
        {
            case CommandBody.InstallProfile install:
                var identifier = "test.item." + install.ItemId;
                if (Refuses.Contains(identifier))
                    return No("refused");
                Profiles[identifier] = ProfileUuid.For(identifier, install.Revision);
                Contents[identifier] = install.Revision;
                return Done();
            case CommandBody.RemoveProfile remove:
                return !Refuses.Contains("keep " + remove.Identifier) && Profiles.Remove(remove.Identifier) ? Done() : No("not found");
            case CommandBody.InstallApplication install:
                if (Refuses.Contains(install.BundleId))
                    return No("refused");
                Apps.TryAdd(install.BundleId, _chance.Next(3));
                return Done();
            case CommandBody.RemoveApplication remove:
                return Apps.Remove(remove.BundleId) ? Done() : No("not found");
            case CommandBody.ProfileList:
                return Done(new ReportContent.Profiles([.. Profiles.Select(profile => new ReportedProfile(profile.Key, profile.Value))]));
            case CommandBody.ManagedApplicationList:
                var list = Apps.Select(app => new ReportedApp(app.Key, AppSays.GetValueOrDefault(app.Key) ?? (app.Value == 0 ? "Managed" : "Installing"))).ToImmutableArray();
                foreach (var app in list)
                    Apps[app.BundleId] = Math.Max(0, Apps[app.BundleId] - 1);
                return Done(new ReportContent.ManagedApps(list));
            case CommandBody.RemoveEnrollment:
                throw new InvalidOperationException("The enrolment was removed.");
            default:
                return Done();
        }
    }

    private void Take(Transition transition)
    {
        Device = transition.Next;
        Told.AddRange(transition.Events);
    }

    private Guid NewId() => new(++_ids, 0, 0, new byte[8]);

    private static int IdNumber(Guid id) => BitConverter.ToInt32(id.ToByteArray());
}
