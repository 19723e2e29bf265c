using System.Collections.Immutable;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Enrollment;
using Mdm.Fleet.Domain.Users;
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
    TimeProvider time) : Grain, IUser
{
    /// <summary>Wrong passwords in a row that are free; then each locks for longer, up to a quarter of an hour.</summary>
    private const int FreeTries = 5;

    private UserRecord Person => state.State;

    private string Name => this.GetPrimaryKeyString();

    private RecordKey Key => new("user", Name);

    public async Task<bool> Create(UserSpec spec, string by)
    {
        if (Person.UserName.Length > 0)
            return false;
        await Save(await With(new UserRecord { UserName = Name }, spec), by, "Create user");
        return true;
    }

    public Task<UserView?> View() => Task.FromResult(Person.Exists ? Show() : null);

    public async Task<UserChange> Update(UserSpec spec, string? etag, string by)
    {
        if (Check(etag) is { } refused)
            return refused;
        await Save(await With(Person, spec) with { Untold = true }, by, "Update user");
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
            await Save(Person with { Groups = groups, Untold = true }, by, member ? $"Add to group {group}" : $"Remove from group {group}");
            await TellDevices();
        }

        return Done();
    }

    public async Task<Credentials> Verify(string password, EnrollmentId device)
    {
        var now = time.GetUtcNow();
        if (Person.LockedUntil > now)
            return new Credentials(CredentialsResult.Locked, null, Person.LockedUntil);
        if (!await passwords.Verify(password, Person.Exists ? Person.Password : null))
            return await Wrong(now);
        if (!Person.Enabled)
            return new Credentials(CredentialsResult.Disabled, null, null);
        if (!Person.Devices.Contains(device) || Person.WrongPasswords > 0)
        {
            var devices = Person.Devices.Contains(device) ? Person.Devices : Person.Devices.Add(device);
            await Save(Person with { Devices = devices, WrongPasswords = 0, LockedUntil = null });
        }

        return new Credentials(CredentialsResult.Verified, Facts(), null);
    }

    public Task Released(EnrollmentId device) =>
        Person.Devices.Contains(device) ? Save(Person with { Devices = Person.Devices.Remove(device) }) : Task.CompletedTask;

    public Task LookAgain(string reason, long mark) => Person.Untold ? TellDevices() : Task.CompletedTask;

    private async Task<Credentials> Wrong(DateTimeOffset now)
    {
        if (!Person.Exists)
        {
            DeactivateOnIdle();
            return new Credentials(CredentialsResult.Wrong, null, null);
        }

        if (Person.Registration == RegistrationSetting.Pin)
            return new Credentials(CredentialsResult.PinOnly, null, null);
        var wrong = Person.WrongPasswords + 1;
        var locked = wrong < FreeTries ? (DateTimeOffset?)null : now + TimeSpan.FromSeconds(Math.Min(900, 30 << Math.Min(10, wrong - FreeTries)));
        await Save(Person with { WrongPasswords = wrong, LockedUntil = locked });
        return new Credentials(CredentialsResult.Wrong, null, locked);
    }

    /// <summary>Tells every registered device; one that answers "not mine" is dropped. What is not told now stays due.</summary>
    private async Task TellDevices()
    {
        var held = ImmutableArray.CreateBuilder<EnrollmentId>();
        foreach (var device in Person.Devices)
        {
            if (await GrainFactory.GetGrain<IDevice>(device.Value).OwnerChanged(Facts(), Person.Exists && Person.Enabled))
                held.Add(device);
        }

        if (Person.Deleted)
        {
            await state.ClearStateAsync();
            DeactivateOnIdle();
            return;
        }

        await Save(Person with { Devices = held.ToImmutable(), Untold = false });
    }

    private async Task<UserRecord> With(UserRecord record, UserSpec spec) => record with
    {
        DisplayName = spec.DisplayName,
        Email = spec.Email,
        Password = spec.Password is { } password ? await passwords.Hash(password) : record.Password,
        Registration = spec.Registration,
        Enabled = spec.Enabled,
        Groups = spec.Groups,
        WrongPasswords = spec.Password is null ? record.WrongPasswords : 0,
        LockedUntil = spec.Password is null ? record.LockedUntil : null,
    };

    private UserFacts Facts() => new(UserName.Parse(Name), Person.DisplayName, Person.Groups);

    private UserChange? Check(string? etag) =>
        !Person.Exists ? new UserChange(ChangeResult.NotFound, null)
        : etag is not null && etag != state.Etag ? new UserChange(ChangeResult.Stale, Show())
        : null;

    private UserChange Done() => new(ChangeResult.Done, Person.Exists ? Show() : null);

    private UserView Show() => new(
        Name, Person.DisplayName, Person.Email, Person.Password is not null, Person.Registration, Person.Enabled, Person.Groups, Person.Devices, state.Etag ?? "");

    private Task Save(UserRecord next, string? by = null, string? act = null)
    {
        var now = time.GetUtcNow();
        state.State = next with { ChangedAt = now, Events = by is null ? [] : [Lines.Audit(Key, now, by, act!)] };
        return state.WriteOrDrop(DeactivateOnIdle);
    }
}
