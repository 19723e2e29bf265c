using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Mdm.Fleet.Domain.Attributes;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Enrollment;
using Mdm.Fleet.Domain.IdentityProviders;
using Mdm.Fleet.Domain.Mail;
using Mdm.Fleet.Domain.Users;
using Mdm.Fleet.Grains.Catalog;
using Mdm.Fleet.Grains.Devices;
using Mdm.Fleet.Grains.Mail;
using Mdm.Fleet.Grains.Records;
using Mdm.Fleet.Storage;
using Mdm.Fleet.Storage.Secrets;
using Mdm.Fleet.Storage.Telemetry;
using Orleans;
using Orleans.Runtime;

namespace Mdm.Fleet.Grains.Users;

/// <summary>A person: credentials, groups, the devices they hold. A change is saved with the duty to tell those devices.</summary>
public sealed class UserGrain(
    [PersistentState("user")] IPersistentState<UserRecord> state,
    Passwords passwords,
    Mailroom mailroom,
    CatalogCache catalog,
    IRecordStore store,
    TimeProvider time) : Grain, IUser
{
    private const string Tell = "tell";
    private const string Send = "invite";

    /// <summary>When devices that were not told yet are told again.</summary>
    private static readonly TimeSpan TellAgain = TimeSpan.FromSeconds(5);

    /// <summary>When an invitation that finds the mailroom full comes back.</summary>
    private static readonly TimeSpan ComeBack = TimeSpan.FromSeconds(15);

    /// <summary>How long a device that began to enrol counts although it does not say so itself.</summary>
    private static readonly TimeSpan EnrolmentTime = TimeSpan.FromMinutes(10);

    /// <summary>Devices remembered that a person enrolled: no limit is higher.</summary>
    private const int RegisteredMax = 1_000;

    private readonly SignInsUnderWay _signIns = new();

    /// <summary>What was tried with a name that is nobody's here: answered as a person's, and forgotten with this activation.</summary>
    private ImmutableArray<WrongTries> _strangersTries = [];

    private UserRecord Person => state.State;

    /// <summary>A deleted one who owes nothing more was about to be forgotten when the process ended.</summary>
    private bool IsTaken => Person.UserName.Length > 0 && (!Person.Deleted || Person.Owes);

    private string Name => this.GetPrimaryKeyString();

    private ImmutableArray<WrongTries> Tries => Person.Exists ? Person.WrongTries : _strangersTries;

    private RecordKey Key => new("user", Name);

    /// <summary>Who did it where the person did: no admin's token has such a name.</summary>
    private string Self => PersonActs.By(Name);

    public async Task<bool> Create(UserSpec spec, string by, InvitationSpec? invitation = null)
    {
        if (IsTaken || Name == UserName.Nobody.Value)
            return false;
        await Claim(spec.ManagedAppleId);
        var person = await With(new UserRecord { UserName = Name, LooseManagedAppleIds = Person.LooseManagedAppleIds }, spec);
        await Save(
            invitation is null ? person : person with { Invitation = NewInvitation(invitation) }, by, invitation is null ? "Create user" : "Create and invite user");
        await ReleaseLoose();
        return true;
    }

    Task<UserFacts?> IUser.Person() => Task.FromResult(Person.Exists ? Facts() : null);

    public Task<UserView?> View() => Task.FromResult(Person.Exists ? Show() : null);

    public async Task<UserChange> Update(UserSpec spec, string? etag, string by)
    {
        if (Check(etag) is { } refused)
            return refused;
        await Claim(spec.ManagedAppleId);
        await Save(await With(Person, spec) with { Untold = !Person.Devices.IsEmpty }, by, "Update user");
        await ReleaseLoose();
        if (Person.Untold)
            await TellDevices();
        return Done();
    }

    public async Task<UserChange> Delete(string? etag, string by)
    {
        if (Check(etag) is { } refused)
            return refused;
        await Save(Person.Using(null) with { Deleted = true, Enabled = false, Untold = true, Invitation = null }, by, "Delete user");
        await ReleaseLoose();
        await TellDevices();
        return new UserChange(ChangeResult.Done, null);
    }

    public async Task<UserChange> SetGroup(GroupId group, bool member, string by)
    {
        if (Check(null) is { } refused)
            return refused;
        if (Person.Groups.Contains(group) != member)
        {
            var others = (await catalog.AtLeast(await Revision())).Live(Person.Groups.Remove(group), ofDevices: false);
            var groups = member ? others.Add(group) : others;
            await Save(Person with { Groups = groups, Untold = !Person.Devices.IsEmpty }, by, member ? $"Add to group {group}" : $"Remove from group {group}");
            if (Person.Untold)
                await TellDevices();
        }

        return Done();
    }

    public async Task<UserChange> SetAttributes(ImmutableArray<AttributeValue> changes, string? etag, string by)
    {
        if (Check(etag) is { } refused)
            return refused;
        if (AttributeValues.With(Person.Attributes, changes) is var values && !values.SequenceEqual(Person.Attributes))
        {
            await Save(Person with { Attributes = values, Untold = !Person.Devices.IsEmpty }, by, "Set attributes");
            if (Person.Untold)
                await TellDevices();
        }

        return Done();
    }

    public async Task<bool> HasPassword(string password) => Person is { Exists: true, Password: { } hash } && await passwords.Verify(password, hash);

    public async Task<Credentials> Verify(string password, EnrollmentId device)
    {
        using var step = FleetTelemetry.Step("user.verify");
        if (Person is { Exists: true, Provider: { } provider })
            return new Credentials(CredentialsResult.IdentityProvider, null, null, provider);
        var now = time.GetUtcNow();
        if (Lockout.Until(Tries, device, now) is { } until)
            return new Credentials(CredentialsResult.Locked, null, until);
        if (!await passwords.Verify(password, Person.Exists ? Person.Password : null))
            return await Wrong(device, now);
        if (await Registration() == RegistrationSetting.Pin)
            return new Credentials(CredentialsResult.PinOnly, null, null);
        return await Admit(device, now);
    }

    public async Task<IssuedPin?> IssuePin(TimeSpan life, string by)
    {
        if (!Person.Exists)
            return null;
        var pin = RegistrationPin.New();
        var expiresAt = time.GetUtcNow() + life;
        await Save(Person with { Pin = new RegistrationPin(await passwords.Hash(pin), expiresAt) }, by, "Issue registration PIN");
        return new IssuedPin(pin, expiresAt);
    }

    public async Task<bool> VoidPin(string by)
    {
        if (LivePin() is null)
            return false;
        await Save(Person with { Pin = null }, by, "Void registration PIN");
        return true;
    }

    public Task<DateTimeOffset?> PinExpiresAt() => Task.FromResult(LivePin()?.ExpiresAt);

    /// <summary>A text that could be a PIN costs as much for everyone, whether there is a PIN or not.</summary>
    public async Task<Credentials> Register(string secret, EnrollmentId place)
    {
        var now = time.GetUtcNow();
        if (Lockout.Until(Tries, place, now) is { } until)
            return new Credentials(CredentialsResult.Locked, null, until);
        var registration = await Registration();
        var pin = registration == RegistrationSetting.Password ? null : LivePin();
        var isPin = RegistrationPin.IsPin(secret);
        var byPin = isPin && await passwords.Verify(secret, pin?.Hash);
        var byPassword = await passwords.Verify(secret, registration == RegistrationSetting.Pin || !Person.Exists ? null : Person.Password);
        if (!byPin && !byPassword)
            return await WrongSecret(isPin ? pin : null, place, now);
        if (await WhyNotRegister(place) is { } refusal)
            return new Credentials(refusal, null, null);
        var registered = Person with { Pin = byPin ? null : Person.Pin, WrongTries = Lockout.Right(Tries, place) };
        await Save(registered, Self, byPin ? "Register a device by PIN" : "Register a device by password");
        return new Credentials(CredentialsResult.Verified, Facts(), null);
    }

    public async Task<bool> Enrols(EnrollmentId device)
    {
        if (!Person.Exists || await WhyNotRegister(device) is not null)
            return false;
        var others = Person.Registered.RemoveAll(known => known.Device == device);
        if (others.Length == RegisteredMax)
            others = others.RemoveAt(0);
        await Save(Person with { Registered = others.Add(new RegisteredDevice(device, time.GetUtcNow())) });
        return true;
    }

    /// <summary>Null = a person who is verified may enrol a device.</summary>
    private async Task<CredentialsResult?> WhyNotRegister(EnrollmentId place)
    {
        var compiled = (await catalog.AtLeast(await Revision())).Compiled;
        return !Person.Enabled ? CredentialsResult.Disabled
            : !compiled.MayEnrol(Person.Facts, Person.DeviceManagement) ? CredentialsResult.NotAllowed
            : compiled.SettingsOf(Person.Facts).Values.AppleEnrollmentType == AppleEnrollmentType.User ? CredentialsResult.UserEnrollment
            : await HasEnrolledAll(place) ? CredentialsResult.DeviceLimit
            : null;
    }

    public async Task<Credentials> VerifiedBy(IdentityProviderId provider, string subject, EnrollmentId device)
    {
        if (!Person.Exists || Person.Provider != provider)
            return new Credentials(CredentialsResult.Wrong, null, null);
        return Person.Identity is { } known && known != subject
            ? new Credentials(CredentialsResult.OtherIdentity, null, null)
            : await Admit(device, time.GetUtcNow(), subject);
    }

    public async Task<bool> ClearIdentity(string by)
    {
        if (Person is not { Exists: true, Identity: not null })
            return false;
        await Save(Person with { Identity = null }, by, "Clear identity");
        return true;
    }

    public Task SignInEnded(EnrollmentId device)
    {
        _signIns.End(device, time.GetUtcNow());
        return Task.CompletedTask;
    }

    /// <summary>The word may be late: whoever signed in again meanwhile keeps the entry, so a sign-in under way is waited for and the device asked.</summary>
    public async Task Released(EnrollmentId device)
    {
        if (!Person.Devices.Contains(device))
            return;
        if (_signIns.Until(device, time.GetUtcNow()) is { } until)
        {
            if (!Person.Untold)
                await Save(Person with { Untold = true }, again: until);
            return;
        }

        if (!await Holds(device, await Revision()))
            await Save(Person with { Devices = Person.Devices.Remove(device) });
    }

    public async Task<InvitationAnswer> Invite(InvitationSpec spec, string by)
    {
        if (InvitationRules.Refuses(Person, await Registration()) is { } refusal)
            return new InvitationAnswer(refusal, null);
        await Save(Person with { Invitation = NewInvitation(spec) }, by, $"Invite user ({spec.Language})");
        return new InvitationAnswer(null, await Invitation());
    }

    public Task<InvitationView?> Invitation() =>
        Task.FromResult(Person is { Exists: true, Invitation: { } last } ? InvitationRules.View(last, time.GetUtcNow()) : null);

    public Task<InvitationGuest?> Guest(string link) => Task.FromResult(InvitationRules.Guest(Person, link, time.GetUtcNow()));

    public async Task<InvitationGuest?> AcceptInvitation(string link, string password)
    {
        if (InvitationRules.Guest(Person, link, time.GetUtcNow()) is not { IsOpen: true } guest)
            return await Guest(link);
        var hash = await passwords.Hash(password);
        await Save(Person with { Password = hash, WrongTries = [], Invitation = InvitationRules.Accept(Person.Invitation!) }, Self, "Accept invitation");
        return guest;
    }

    /// <summary>Word of a try that is not the last one comes too late to count: the next try speaks for itself.</summary>
    public async Task InvitationAnswered(string id, int tries, MailResult result)
    {
        if (Person.Invitation is { State: InvitationState.Queued } waiting && waiting.Id == id && waiting.Tries == tries)
            await Save(Person with { Invitation = InvitationRules.Answered(waiting, result, time.GetUtcNow()) });
    }

    public async Task LookAgain(string reason, long mark)
    {
        await state.EnsureNewest(DeactivateOnIdle);
        if (reason == Send)
        {
            await SendInvitation(mark);
            return;
        }

        await ReleaseLoose(mark);
        if (Person.Untold)
            await TellDevices(mark);
        else
            await store.MarkAsync([new DueChange(Key, reason, mark, null)]);
    }

    /// <summary>
    /// Sends outside of any turn, as mail servers are slow. The try is saved before: its link must serve when the mail arrives, and a
    /// process that dies meanwhile leaves the lease's mark.
    /// </summary>
    private async Task SendInvitation(long mark)
    {
        var now = time.GetUtcNow();
        if (Person.Invitation is not { NextTry: { } at } waiting || at > now || mailroom.IsFull)
        {
            DateTimeOffset? later = Person.Invitation?.NextTry is { } next ? next > now ? next : now + ComeBack : null;
            await store.MarkAsync([.. Marks(Send, later, mark)]);
            return;
        }

        var mail = GrainFactory.GetGrain<IMail>(IMail.Key);
        if (await mail.Settings() is not { } settings || await mail.Template(BuiltInTemplates.Invitation, waiting.Spec!.Language) is not { } template)
        {
            await Save(Person with { Invitation = InvitationRules.PutOff(waiting, "There is no mail server, or no template of this language.", now) }, mark: mark);
            return;
        }

        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var trying = InvitationRules.Try(waiting, TokenHash.Of(token), now, Mailroom.Lease);
        if (InvitationRules.Letter(trying, Person, template.Template, settings, token, now) is not { } letter)
        {
            var refused = new MailResult.Refused("No mail can be made of the address, the name and the template.");
            await Save(Person with { Invitation = InvitationRules.Answered(trying, refused, now) }, mark: mark);
            return;
        }

        await Save(Person with { Invitation = trying }, mark: mark);
        var self = this.AsReference<IUser>();
        _ = mailroom.Post(settings, letter, result => self.InvitationAnswered(trying.Id, trying.Tries, result));
    }

    private Invitation NewInvitation(InvitationSpec spec) => InvitationRules.Begin(spec, Guid.NewGuid().ToString("N"), time.GetUtcNow());

    /// <summary>Who is verified and may sign in has the device registered first.</summary>
    private async Task<Credentials> Admit(EnrollmentId device, DateTimeOffset now, string? subject = null)
    {
        if (!Person.Enabled)
            return new Credentials(CredentialsResult.Disabled, null, null);
        if (await IsFull(device))
            return new Credentials(CredentialsResult.DeviceLimit, null, null);
        _signIns.Begin(device, now);
        var tries = Lockout.Right(Tries, device);
        if (!Person.Devices.Contains(device) || tries != Tries || (subject ?? Person.Identity) != Person.Identity)
        {
            var devices = Person.Devices.Contains(device) ? Person.Devices : Person.Devices.Add(device);
            await Save(Person with { Devices = devices, WrongTries = tries, Identity = subject ?? Person.Identity });
        }

        return new Credentials(CredentialsResult.Verified, Facts(), null);
    }

    private async Task<Credentials> Wrong(EnrollmentId device, DateTimeOffset now)
    {
        if (Person.Exists && await Registration() == RegistrationSetting.Pin)
            return new Credentials(CredentialsResult.PinOnly, null, null);
        return await Count(device, now);
    }

    private Task<Credentials> WrongSecret(RegistrationPin? pin, EnrollmentId place, DateTimeOffset now)
    {
        var next = pin is null ? Person : Person with { Pin = pin.Wrong() };
        return Count(place, now, next);
    }

    private async Task<Credentials> Count(EnrollmentId device, DateTimeOffset now, UserRecord? next = null)
    {
        var tries = Lockout.Wrong(Tries, device, now);
        if (Person.Exists)
            await Save((next ?? Person) with { WrongTries = tries });
        else
            _strangersTries = tries;
        return new Credentials(CredentialsResult.Wrong, null, Lockout.Until(tries, device, now));
    }

    private RegistrationPin? LivePin() => Person is { Exists: true, Pin: { } pin } && pin.IsLive(time.GetUtcNow()) ? pin : null;

    /// <summary>The settings that hold for the person now, whichever silo publishes them.</summary>
    private async Task<UserSettings> Settings() => (await catalog.AtLeast(await Revision())).Compiled.SettingsOf(Person.Facts).Values;

    private async Task<RegistrationSetting> Registration() =>
        !Person.Exists ? RegistrationSetting.Password : Person.Registration ?? (await Settings()).Registration;

    /// <summary>
    /// Whether the person holds as many devices as they may, this one apart. The register is a superset: where it says full, the devices are
    /// asked, and those that are theirs no more are dropped.
    /// </summary>
    private async Task<bool> IsFull(EnrollmentId device)
    {
        if ((await Settings()).DeviceLimit is not { } limit || Others(device) < limit)
            return false;
        var (now, revision) = (time.GetUtcNow(), await Revision());
        var held = ImmutableArray.CreateBuilder<EnrollmentId>();
        foreach (var known in Person.Devices)
        {
            if (known == device || _signIns.Until(known, now) is not null || await Holds(known, revision))
                held.Add(known);
        }

        if (held.Count < Person.Devices.Length)
            await Save(Person with { Devices = held.ToImmutable() });
        return Others(device) >= limit;
    }

    /// <summary>
    /// Whether the person holds and has enrolled as many devices as they may, this one apart. What they enrolled is a superset too: where it says
    /// full, the devices are asked, and those are dropped whose enrolment is over or is another's.
    /// </summary>
    private async Task<bool> HasEnrolledAll(EnrollmentId device)
    {
        if (await IsFull(device))
            return true;
        if ((await Settings()).DeviceLimit is not { } limit || OthersEnrolled(device) < limit)
            return false;
        var now = time.GetUtcNow();
        var registered = ImmutableArray.CreateBuilder<RegisteredDevice>();
        foreach (var known in Person.Registered)
        {
            var isTheirs = await GrainFactory.GetGrain<IDevice>(known.Device.Value).IsRegisteredBy(UserName.Parse(Name));
            if (isTheirs ?? now < known.At + EnrolmentTime)
                registered.Add(known);
        }

        if (registered.Count < Person.Registered.Length)
            await Save(Person with { Registered = registered.ToImmutable() });
        return OthersEnrolled(device) >= limit;
    }

    private int OthersEnrolled(EnrollmentId device) =>
        Person.Devices.Union(Person.Registered.Select(known => known.Device)).Count(known => known != device);

    private int Others(EnrollmentId device) => Person.Devices.Count(known => known != device);

    private Task<bool> Holds(EnrollmentId device, long revision) =>
        GrainFactory.GetGrain<IDevice>(device.Value).OwnerChanged(Facts(), Person.Exists && Person.Enabled, revision);

    private Task<long> Revision() => GrainFactory.GetGrain<ICatalog>(ICatalog.Key).Revision();

    /// <summary>
    /// Tells every registered device; one that answers "not mine" is dropped, unless a sign-in to it may be under way: then it is told
    /// again. What is not told now stays due.
    /// </summary>
    private async Task TellDevices(long mark = 0)
    {
        var now = time.GetUtcNow();
        var revision = await Revision();
        var again = false;
        var held = ImmutableArray.CreateBuilder<EnrollmentId>();
        foreach (var device in Person.Devices)
        {
            var holds = await Holds(device, revision);
            var mayCome = !holds && _signIns.Until(device, now) is not null;
            if (holds || mayCome)
                held.Add(device);
            again |= mayCome;
        }

        await Save(Person with { Devices = held.ToImmutable(), Untold = again }, mark: mark);
        if (Person.Deleted && !again)
            await Forget();
    }

    /// <summary>
    /// Makes the id theirs in the register. That it may be is written down first: where a crash, or a failure of what follows, leaves it
    /// unused, the mark that is due brings its release.
    /// </summary>
    /// <exception cref="ManagedAppleIdTakenException"/>
    private async Task Claim(ManagedAppleId? id)
    {
        if (id is not { } wanted || wanted == Person.ManagedAppleId)
            return;
        await Save(Person with { LooseManagedAppleIds = Person.LooseManagedAppleIds.Remove(wanted).Add(wanted) });
        if (await Register(wanted).Claim(Name))
            return;
        await ReleaseLoose();
        throw new ManagedAppleIdTakenException();
    }

    /// <summary>Gives back what is not used. What is left of someone who never came to be goes with it.</summary>
    private async Task ReleaseLoose(long mark = 0)
    {
        if (Person.LooseManagedAppleIds.IsEmpty)
            return;
        foreach (var id in Person.LooseManagedAppleIds)
            await Register(id).Release(Name);
        await Save(Person with { LooseManagedAppleIds = [] }, mark: mark);
        if (Person.UserName.Length == 0)
            await Forget();
    }

    private IManagedAppleId Register(ManagedAppleId id) => GrainFactory.GetGrain<IManagedAppleId>(id.Value);

    /// <summary>The record goes without a word: its deletion was told and its mark was cleared before.</summary>
    private async Task Forget()
    {
        state.State = Person with { Events = [], Due = [] };
        await state.ClearOrDrop(DeactivateOnIdle);
        DeactivateOnIdle();
    }

    private async Task<UserRecord> With(UserRecord record, UserSpec spec) => record.Using(spec.ManagedAppleId) with
    {
        DisplayName = spec.DisplayName,
        Email = spec.Email,
        Password = spec switch
        {
            { Provider: not null } => null,
            { Password: { } password } => await passwords.Hash(password),
            _ => record.Password,
        },
        Provider = spec.Provider,
        Identity = spec.Provider == record.Provider ? record.Identity : null,
        Registration = spec.Registration,
        Enabled = spec.Enabled,
        Groups = spec.Groups,
        Attributes = AttributeValues.With(record.Attributes, spec.Attributes),
        DeviceManagement = spec.DeviceManagement,
        WrongTries = spec.Password is null ? record.WrongTries : [],
        Invitation = InvitationRules.After(record, spec),
    };

    private UserFacts Facts() => new(Person.Facts);

    private UserChange? Check(string? etag) =>
        !Person.Exists ? new UserChange(ChangeResult.NotFound, null)
        : etag is not null && etag != state.Etag ? new UserChange(ChangeResult.Stale, Show())
        : null;

    private UserChange Done() => new(ChangeResult.Done, Person.Exists ? Show() : null);

    private UserView Show() => new(
        Name, Person.DisplayName, Person.Email, Person.Password is not null, Person.Registration, Person.Enabled, Person.Groups, Person.Devices, state.Etag ?? "",
        Person.Provider, Person.ManagedAppleId, Person.DeviceManagement)
    {
        Attributes = Person.Attributes,
        HasIdentity = Person.Identity is not null,
    };

    private Task Save(UserRecord next, string? by = null, string? act = null, long mark = 0, DateTimeOffset? again = null)
    {
        var now = time.GetUtcNow();
        var latest = Math.Max(mark, now.ToUnixTimeMilliseconds());
        var tell = next.Owes || Person.Owes ? Marks(Tell, next.Owes ? again ?? (now + TellAgain) : null, latest) : [];
        var send = next.Invitation?.NextTry == Person.Invitation?.NextTry ? [] : Marks(Send, next.Invitation?.NextTry, latest);
        state.State = next with { Due = [.. tell, .. send], Events = by is null ? [] : [Lines.Audit(Key, now, by, act!)] };
        return state.WriteOrDrop(DeactivateOnIdle);
    }

    /// <summary>Clearing first makes the time of the next mark count: setting alone would keep the earlier one.</summary>
    private ImmutableArray<DueChange> Marks(string reason, DateTimeOffset? at, long mark) => at is null
        ? [new DueChange(Key, reason, mark, null)]
        : [new DueChange(Key, reason, mark, null), new DueChange(Key, reason, mark, at)];
}
