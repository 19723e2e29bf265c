using Mdm.Fleet.LoadSim.Devices;
using Mdm.Fleet.LoadSim.Network;
using Mdm.Fleet.LoadSim.People;

namespace Mdm.Fleet.LoadSim.Shifts;

/// <summary>One iPad through a shift: it enrols, each person in turn signs in, gets ready, works, signs out, and leaves nothing.</summary>
public sealed class DeviceShift(
    int index, DeviceWatch watch, ShiftOptions options, Staff staff, TrustedRoots roots, ShiftTally tally, IMischief mischief, TimeProvider time)
{
    private readonly Random _chance = new(options.Seed + (index * 31));
    private readonly SimulatedDevice _device = watch.Device;

    private string Name => watch.Name;

    /// <summary>Opens the enrolment address until the device is enrolled and holds what is nobody's.</summary>
    public async Task EnrolAsync(Uri address, CancellationToken cancellationToken)
    {
        await mischief.EnrollingAsync(_device, cancellationToken);
        var startedAt = time.GetTimestamp();
        var backoff = new Backoff(_chance, TimeSpan.FromSeconds(3));
        while (!_device.Enrolled)
        {
            try
            {
                await _device.EnrolAsync(address, cancellationToken).WaitAsync(options.Patience, time, cancellationToken);
            }
            catch (Exception failed) when (failed is EnrolmentFailedException or TimeoutException)
            {
                if (time.GetElapsedTime(startedAt) > options.Patience)
                    throw new ShiftFailedException($"{Name} waits for its enrolment: {failed.Message}", failed);
                await Task.Delay(backoff.Next(), time, cancellationToken);
            }
        }

        watch.NoteEnrolled();
        await mischief.EnrolledAsync(_device, cancellationToken);
    }

    /// <summary>One person's time on the device.</summary>
    public async Task TakeTurnAsync(int turn, CancellationToken cancellationToken)
    {
        await WaitForAsync(Role.Nobody, "nobody's items", cancellationToken);
        await Task.Delay(Between(options.Rest), time, cancellationToken);
        var person = staff.On(index, turn);
        if (!await person.Gate.WaitAsync(options.Patience, cancellationToken))
            throw new ShiftFailedException($"{Name} waits for {person.UserName}, who still holds another device");
        try
        {
            watch.LookForResidue();
            using var visit = new Visit(Name, _device.Contents.SignInUrl()!, person, roots, options.Patience, time, _chance);
            await HoldAsync(visit, person, cancellationToken);
            await HandOverAsync(visit, person, cancellationToken);
        }
        finally
        {
            person.Gate.Release();
        }
    }

    private async Task HoldAsync(Visit visit, Person person, CancellationToken cancellationToken)
    {
        await visit.SignInAsync(cancellationToken);
        var signedInAt = time.GetTimestamp();
        watch.NoteSignIn();
        await mischief.SignedInAsync(_device, () => watch.MissingFor(person.Role).Count > 0, cancellationToken);
        await WaitForAsync(person.Role, $"{person.UserName}'s items", cancellationToken, () => tally.NoteLost($"sign-in of {person.UserName} on {Name}"));
        tally.NoteReady(time.GetElapsedTime(signedInAt));
        await Task.Delay(Between(options.Work), time, cancellationToken);
    }

    private async Task HandOverAsync(Visit visit, Person person, CancellationToken cancellationToken)
    {
        if (await visit.SignOutAsync(cancellationToken) is not { } epoch)
        {
            tally.NoteLost($"session of {person.UserName} on {Name}");
            throw new ShiftFailedException($"{Name} is free before {person.UserName} signs out");
        }

        watch.NoteSignOut(new Session(person, epoch));
        await mischief.SignedOutAsync(_device, () => watch.Left().Count > 0, cancellationToken);
        try
        {
            await visit.WaitForCleanAsync(() => string.Join(", ", watch.Left()), cancellationToken);
            tally.NoteHandedOver();
            watch.LookForResidue();
            await WaitForAsync(Role.Nobody, "nobody's items", cancellationToken, () => tally.NoteLost($"what is nobody's after {person.UserName} on {Name}"));
        }
        finally
        {
            if (!cancellationToken.IsCancellationRequested)
                watch.LookForResidue();
        }
    }

    /// <summary>Waits until the device itself holds everything that this owner must have, apart from what it refuses.</summary>
    private async Task WaitForAsync(Role owner, string what, CancellationToken cancellationToken, Action? onFailure = null)
    {
        if (await _device.Contents.Changed.UntilAsync(() => watch.MissingFor(owner).Count == 0, options.Patience, time, cancellationToken))
            return;
        onFailure?.Invoke();
        throw new ShiftFailedException($"{Name} waits for {what}: {string.Join(", ", watch.MissingFor(owner))} missing after {options.Patience.TotalSeconds:F0} s");
    }

    private TimeSpan Between((TimeSpan Shortest, TimeSpan Longest) bounds) =>
        bounds.Shortest + ((bounds.Longest - bounds.Shortest) * _chance.NextDouble());
}
