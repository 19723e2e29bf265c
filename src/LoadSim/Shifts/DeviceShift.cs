using Mdm.Fleet.LoadSim.Devices;
using Mdm.Fleet.LoadSim.Network;
using Mdm.Fleet.LoadSim.People;

namespace Mdm.Fleet.LoadSim.Shifts;

/// <summary>One iPad through a shift: it enrols, each person in turn signs in, gets ready, works, signs out, and leaves nothing.</summary>
public sealed class DeviceShift(
    int index, SimulatedDevice device, ShiftOptions options, ShiftPlan plan, Staff staff, TrustedRoots roots, ShiftTally tally, IMischief mischief, TimeProvider time)
{
    private readonly Random _chance = new(options.Seed + (index * 31));

    private string Name => $"{device.Facts.DeviceName} ({device.Facts.SerialNumber})";

    /// <summary>Opens the enrolment address until the device is enrolled and holds what is nobody's.</summary>
    public async Task EnrolAsync(Uri address, CancellationToken cancellationToken)
    {
        var startedAt = time.GetTimestamp();
        var backoff = new Backoff(_chance, TimeSpan.FromSeconds(3));
        while (!device.Enrolled)
        {
            try
            {
                await device.EnrolAsync(address, cancellationToken).WaitAsync(options.Patience, time, cancellationToken);
            }
            catch (Exception failed) when (failed is EnrolmentFailedException or TimeoutException)
            {
                if (time.GetElapsedTime(startedAt) > options.Patience)
                    throw new ShiftFailedException($"{Name} waits for its enrolment: {failed.Message}", failed);
                await Task.Delay(backoff.Next(), time, cancellationToken);
            }
        }

        tally.NoteEnrolled();
        await mischief.EnrolledAsync(device, cancellationToken);
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
            await HoldAsync(person, cancellationToken);
        }
        finally
        {
            person.Gate.Release();
        }
    }

    private async Task HoldAsync(Person person, CancellationToken cancellationToken)
    {
        var visit = new Visit(Name, device.Contents.SignInUrl()!, person, roots, options.Patience, time, _chance);
        using (visit)
        {
            await visit.SignInAsync(cancellationToken);
            var signedInAt = time.GetTimestamp();
            tally.NoteSignIn();
            await mischief.SignedInAsync(device, () => MissingFor(person.Role).Count > 0, cancellationToken);
            await WaitForAsync(person.Role, $"{person.UserName}'s items", cancellationToken, () => tally.NoteLost($"sign-in of {person.UserName} on {Name}"));
            tally.NoteReady(time.GetElapsedTime(signedInAt));
            await Task.Delay(Between(options.Work), time, cancellationToken);
            await visit.SignOutAsync(cancellationToken);
            tally.NoteSignOut();
            await mischief.SignedOutAsync(device, () => Left().Count > 0, cancellationToken);
            await visit.WaitForCleanAsync(() => string.Join(", ", Left()), cancellationToken);
        }

        tally.NoteHandedOver(Name, Left());
        await WaitForAsync(Role.Nobody, "nobody's items", cancellationToken, () => tally.NoteLost($"what is nobody's after {person.UserName} on {Name}"));
    }

    /// <summary>Waits until the device itself holds everything that this owner must have, apart from what it refuses.</summary>
    private async Task WaitForAsync(Role owner, string what, CancellationToken cancellationToken, Action? onFailure = null)
    {
        if (await device.Contents.Changed.UntilAsync(() => MissingFor(owner).Count == 0, options.Patience, time, cancellationToken))
            return;
        onFailure?.Invoke();
        throw new ShiftFailedException($"{Name} waits for {what}: {string.Join(", ", MissingFor(owner))} missing after {options.Patience.TotalSeconds:F0} s");
    }

    private List<string> MissingFor(Role owner) =>
        [.. plan.MarksOf(owner).Except(device.Temper.RefusedMarks).Except(device.Contents.UsableMarks())];

    /// <summary>What is on the device and not nobody's: whatever is not in the set, and what is there twice.</summary>
    private List<string> Left()
    {
        var left = device.Contents.PresentMarks().ToList();
        foreach (var mark in plan.MarksOf(Role.Nobody))
            left.Remove(mark);
        return left;
    }

    private TimeSpan Between((TimeSpan Shortest, TimeSpan Longest) bounds) =>
        bounds.Shortest + ((bounds.Longest - bounds.Shortest) * _chance.NextDouble());
}
