using System.Collections.Immutable;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Enrollment;
using Mdm.Fleet.Domain.IdentityProviders;
using Mdm.Fleet.Domain.Users;
using Mdm.Fleet.Grains.Catalog;
using Mdm.Fleet.Grains.Devices;
using Mdm.Fleet.Grains.Records;
using Mdm.Fleet.Storage;
using Orleans;
using Orleans.Runtime;

namespace Mdm.Fleet.Grains.Users;

/// <summary>A person: credentials, groups, the devices they hold. A change is saved with the duty to tell those devices.</summary>
public sealed class UserGrain(
    [PersistentState("user")] IPersistentState<UserRecord> state,
    Passwords passwords,
    IRecordStore store,
    TimeProvider time) : Grain, IUser
{
    private const string Tell = "tell";

    /// <summary>When devices that were not told yet are told again.</summary>
    private static readonly TimeSpan TellAgain = TimeSpan.FromSeconds(5);

    private readonly SignInsUnderWay _signIns = new();

    /// <summary>What was tried with a name that is nobody's here: answered as a person's, and forgotten with this activation.</summary>
    private ImmutableArray<WrongTries> _strangersTries = [];

    private UserRecord Person => state.State;

    private string Name => this.GetPrimaryKeyString();

    private ImmutableArray<WrongTries> Tries => Person.Exists ? Person.WrongTries : _strangersTries;

    private RecordKey Key => new("user", Name);

    public async Task<bool> Create(UserSpec spec, string by)
    {
        if (Person.UserName.Length > 0 || Name == UserName.Nobody.Value)
            return false;
        await Save(await With(new UserRecord { UserName = Name }, spec), by, "Create user");
        return true;
    }

    public Task<UserView?> View() => Task.FromResult(Person.Exists ? Show() : null);

    public async Task<UserChange> Update(UserSpec spec, string? etag, string by)
    {
        if (Check(etag) is { } refused)
            return refused;
        await Save(await With(Person, spec) with { Untold = !Person.Devices.IsEmpty }, by, "Update user");
        if (Person.Untold)
            await TellDevices();
        return Done();
    }

    public async Task<UserChange> Delete(string? etag, string by)
    {
        if (Check(etag) is { } refused)
            return refused;
        await Save(Person with { Deleted = true, Enabled = false, Untold = true }, by, "Delete user");
        await TellDevices();
        return new UserChange(ChangeResult.Done, null);
    }

    public async Task<UserChange> SetGroup(GroupId group, bool member, string by)
    {
        if (Check(null) is { } refused)
            return refused;
        if (Person.Groups.Contains(group) != member)
        {
            var groups = member ? Person.Groups.Add(group) : Person.Groups.Remove(group);
            await Save(Person with { Groups = groups, Untold = !Person.Devices.IsEmpty }, by, member ? $"Add to group {group}" : $"Remove from group {group}");
            if (Person.Untold)
                await TellDevices();
        }

        return Done();
    }

    public async Task<Credentials> Verify(string password, EnrollmentId device)
    {
        if (Person is { Exists: true, Provider: { } provider })
            return new Credentials(CredentialsResult.IdentityProvider, null, null, provider);
        var now = time.GetUtcNow();
        if (Lockout.Until(Tries, device, now) is { } until)
            return new Credentials(CredentialsResult.Locked, null, until);
        if (!await passwords.Verify(password, Person.Exists ? Person.Password : null))
            return await Wrong(device, now);
        if (Person.Registration == RegistrationSetting.Pin)
            return new Credentials(CredentialsResult.PinOnly, null, null);
        return await Admit(device, now);
    }

    public async Task<Credentials> VerifiedBy(IdentityProviderId provider, EnrollmentId device) => Person.Exists && Person.Provider == provider
        ? await Admit(device, time.GetUtcNow())
        : new Credentials(CredentialsResult.Wrong, null, null);

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

    public async Task LookAgain(string reason, long mark)
    {
        if (Person.Untold)
            await TellDevices(mark);
        else
            await store.MarkAsync([new DueChange(Key, reason, mark, null)]);
    }

    /// <summary>Who is verified and may sign in has the device registered first.</summary>
    private async Task<Credentials> Admit(EnrollmentId device, DateTimeOffset now)
    {
        if (!Person.Enabled)
            return new Credentials(CredentialsResult.Disabled, null, null);
        _signIns.Begin(device, now);
        var tries = Lockout.Right(Tries, device);
        if (!Person.Devices.Contains(device) || tries != Tries)
        {
            var devices = Person.Devices.Contains(device) ? Person.Devices : Person.Devices.Add(device);
            await Save(Person with { Devices = devices, WrongTries = tries });
        }

        return new Credentials(CredentialsResult.Verified, Facts(), null);
    }

    private async Task<Credentials> Wrong(EnrollmentId device, DateTimeOffset now)
    {
        if (Person is { Exists: true, Registration: RegistrationSetting.Pin })
            return new Credentials(CredentialsResult.PinOnly, null, null);
        var tries = Lockout.Wrong(Tries, device, now);
        if (Person.Exists)
            await Save(Person with { WrongTries = tries });
        else
            _strangersTries = tries;
        return new Credentials(CredentialsResult.Wrong, null, Lockout.Until(tries, device, now));
    }

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

    /// <summary>The record goes without a word: its deletion was told and its mark was cleared before.</summary>
    private async Task Forget()
    {
        state.State = Person with { Events = [], Due = [] };
        await state.ClearOrDrop(DeactivateOnIdle);
        DeactivateOnIdle();
    }

    private async Task<UserRecord> With(UserRecord record, UserSpec spec) => record with
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
        Registration = spec.Registration,
        Enabled = spec.Enabled,
        Groups = spec.Groups,
        WrongTries = spec.Password is null ? record.WrongTries : [],
    };

    private UserFacts Facts() => new(Person.Facts);

    private UserChange? Check(string? etag) =>
        !Person.Exists ? new UserChange(ChangeResult.NotFound, null)
        : etag is not null && etag != state.Etag ? new UserChange(ChangeResult.Stale, Show())
        : null;

    private UserChange Done() => new(ChangeResult.Done, Person.Exists ? Show() : null);

    private UserView Show() => new(
        Name, Person.DisplayName, Person.Email, Person.Password is not null, Person.Registration, Person.Enabled, Person.Groups, Person.Devices, state.Etag ?? "", Person.Provider);

    private Task Save(UserRecord next, string? by = null, string? act = null, long mark = 0, DateTimeOffset? again = null)
    {
        var now = time.GetUtcNow();
        var due = next.Untold || Person.Untold ? Marks(next.Untold, Math.Max(mark, now.ToUnixTimeMilliseconds()), again ?? (now + TellAgain)) : [];
        state.State = next with { Due = due, Events = by is null ? [] : [Lines.Audit(Key, now, by, act!)] };
        return state.WriteOrDrop(DeactivateOnIdle);
    }

    /// <summary>Clearing first makes the time of the next mark count: setting alone would keep the earlier one.</summary>
    private ImmutableArray<DueChange> Marks(bool untold, long mark, DateTimeOffset again) => untold
        ? [new DueChange(Key, Tell, mark, null), new DueChange(Key, Tell, mark, again)]
        : [new DueChange(Key, Tell, mark, null)];
}
