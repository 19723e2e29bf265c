using Mdm.Fleet.LoadSim.Network;
using Mdm.Fleet.Protocol.Plist;

namespace Mdm.Fleet.LoadSim.Devices;

/// <summary>What is on a device: profiles, apps, lock, name. Safe to read from anywhere; <see cref="Changed"/> tells of each change.</summary>
public sealed class DeviceContents
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, InstalledProfile> _profiles = [];
    private readonly Dictionary<string, ManagedApp> _apps = [];
    private readonly TimeProvider _time;
    private bool _locked;

    public DeviceContents(TimeProvider time)
    {
        _time = time;
        var personal = PersonalProfile();
        _profiles[personal.Identifier] = personal;
    }

    /// <summary>Raised after each change, and when an app reaches its next state.</summary>
    public ChangeSignal Changed { get; } = new();

    /// <summary>The person's own app and profile: always there until the device is erased.</summary>
    public static PersonalApp PersonalApp { get; } = new("example.personal.chess", "Chess", "3.1");

    /// <summary>The identifier of the person's own profile.</summary>
    public const string PersonalProfileIdentifier = "example.personal.mail";

    /// <summary>The passcode lock is closed: data protection makes some commands wait.</summary>
    public bool Locked
    {
        get
        {
            lock (_gate)
                return _locked;
        }

        set => Change(() => _locked = value);
    }

    /// <summary>The identifier of the enrolment profile, once there is one.</summary>
    public string? EnrolmentIdentifier { get; set; }

    public IReadOnlyList<InstalledProfile> Profiles
    {
        get
        {
            lock (_gate)
                return [.. _profiles.Values.OrderBy(profile => profile.Identifier, StringComparer.Ordinal)];
        }
    }

    public IReadOnlyList<ManagedApp> Apps
    {
        get
        {
            lock (_gate)
                return [.. _apps.Values.OrderBy(app => app.BundleId, StringComparer.Ordinal)];
        }
    }

    /// <summary>The marks of all that MDM put here, the enrolment profile aside; apps in whatever state; a mark twice when it is there twice.</summary>
    public IReadOnlyList<string> PresentMarks() => Marks(_ => true);

    /// <summary>The same, of what can be used now: apps only when installed.</summary>
    public IReadOnlyList<string> UsableMarks() => Marks(app => app.StatusAt(_time.GetUtcNow()) == "Managed");

    /// <summary>The address in the sign-in web clip; null while there is none.</summary>
    public Uri? SignInUrl() => Profiles
        .Where(profile => profile.Managed)
        .SelectMany(profile => profile.Payloads)
        .Where(payload => payload.Mark == ItemMark.SignIn)
        .Select(payload => new Uri(payload.Content.GetString("URL")!))
        .FirstOrDefault();

    /// <summary>The person's own profile is still there.</summary>
    public bool PersonalItemsIntact() => Profiles.Any(profile => profile is { Identifier: PersonalProfileIdentifier, Managed: false });

    public void Put(InstalledProfile profile) => Change(() => _profiles[profile.Identifier] = profile);

    public void Remove(string profileIdentifier) => Change(() => _profiles.Remove(profileIdentifier));

    /// <summary>Starts to install an app; the states that follow are announced by <see cref="Changed"/>.</summary>
    public void Put(ManagedApp app)
    {
        Change(() => _apps[app.BundleId] = app);
        AnnounceAt(app.StartsAt);
        AnnounceAt(app.DoneAt);
    }

    public void RemoveApp(string bundleId) => Change(() => _apps.Remove(bundleId));

    /// <summary>Removes all that MDM put here, as the end of an enrolment does.</summary>
    public void RemoveManaged() => Change(() =>
    {
        foreach (var identifier in _profiles.Values.Where(profile => profile.Managed).Select(profile => profile.Identifier).ToArray())
            _profiles.Remove(identifier);
        _apps.Clear();
        EnrolmentIdentifier = null;
    });

    /// <summary>Back to factory settings: the person's own things are gone too.</summary>
    public void Erase() => Change(() =>
    {
        _profiles.Clear();
        _apps.Clear();
        _locked = false;
        EnrolmentIdentifier = null;
    });

    private static InstalledProfile PersonalProfile() => new(
        PersonalProfileIdentifier, "4B7F6C1A-5E5B-4E0B-9A51-0C3D9E6B7A11", "My mail", [], Managed: false, PlistValue.Dict.Empty);

    private List<string> Marks(Func<ManagedApp, bool> counts)
    {
        lock (_gate)
            return
            [
                .. _profiles.Values.Where(profile => profile.Managed && profile.Identifier != EnrolmentIdentifier)
                    .SelectMany(profile => profile.Payloads).Select(payload => payload.Mark),
                .. _apps.Values.Where(counts).Select(app => ItemMark.App(app.BundleId)),
            ];
    }

    private void AnnounceAt(DateTimeOffset at)
    {
        var wait = at - _time.GetUtcNow();
        if (wait <= TimeSpan.Zero)
        {
            Changed.Raise();
            return;
        }

        // A timer may ring a moment early by the wall clock; then the rest is waited for.
        ITimer? timer = null;
        timer = _time.CreateTimer(_ => { timer?.Dispose(); AnnounceAt(at); }, null, wait + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
    }

    private void Change(Action act)
    {
        lock (_gate)
            act();
        Changed.Raise();
    }
}
