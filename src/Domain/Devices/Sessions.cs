using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Commands;

namespace Mdm.Fleet.Domain.Devices;

/// <summary>Why a device can't be signed in to.</summary>
public enum SignInRefusal
{
    /// <summary>The device is not enrolled.</summary>
    NotEnrolled,

    /// <summary>Another person holds the device: they sign out first.</summary>
    Held,

    /// <summary>User-enrolled, or not iOS (MU-07).</summary>
    NotOffered,

    /// <summary>Somebody took or left the device since the sign-in was begun.</summary>
    Overtaken,
}

/// <summary>What came of a sign-in. A closed family.</summary>
public abstract record SignInOutcome
{
    private SignInOutcome()
    {
    }

    public sealed record SignedIn(Transition Transition) : SignInOutcome;

    /// <summary>The same person holds the device already: nothing changes.</summary>
    public sealed record AlreadyTheirs : SignInOutcome;

    public sealed record Refused(SignInRefusal Reason) : SignInOutcome;
}

/// <summary>The rules of owner and epoch (MU-02, MU-03, BY-01). Every one is followed by a plan.</summary>
public static class Sessions
{
    /// <summary>A sign-in that was begun in an epoch (null = it begins now) is worth something in that epoch alone, and so only once.</summary>
    public static SignInOutcome SignIn(Device device, Owner person, RuleContext context, long? begunIn = null)
    {
        if (device.Status != EnrollmentStatus.Enrolled)
            return new SignInOutcome.Refused(SignInRefusal.NotEnrolled);
        if (!device.Subject.TakesSignIn)
            return new SignInOutcome.Refused(SignInRefusal.NotOffered);
        if (begunIn is { } epoch && epoch != device.Epoch)
            return new SignInOutcome.Refused(SignInRefusal.Overtaken);
        if (device.Owner.User == person.User)
            return new SignInOutcome.AlreadyTheirs();
        if (!device.Owner.IsNobody)
            return new SignInOutcome.Refused(SignInRefusal.Held);
        var changed = Change(device, person, context);
        return new SignInOutcome.SignedIn(changed with { Events = changed.Events.Add(new DeviceEvent.SignedIn(person.User, changed.Next.Epoch)) });
    }

    /// <summary>
    /// The device is nobody's again and a hand-over begins. Works on a device that is offline too. An epoch of another session (a
    /// repeated or an old form) changes nothing.
    /// </summary>
    public static Transition SignOut(Device device, long epoch, string by, RuleContext context) =>
        device.Owner.IsNobody || device.Epoch != epoch ? Transition.Of(device) : Release(device, by, context);

    /// <summary>The person of a session asks for an optional item that is offered, or wants it no more; anything else changes nothing.</summary>
    public static Transition Ask(Device device, ItemId item, bool wanted, long epoch, RuleContext context)
    {
        if (device.Epoch != epoch || device.Owner.IsNobody || device.Asked.Contains(item) == wanted)
            return Transition.Of(device);
        var isOffered = !wanted || context.Catalog.Compiled.Desired(device.Subject).Withheld.Any(kept => kept.Item.Id == item && kept.Reason == Withholding.NotAsked);
        return isOffered
            ? Transition.Of(
                device with { Asked = wanted ? device.Asked.Add(item) : device.Asked.Remove(item) },
                new DeviceEvent.Asked(device.Owner.User, epoch, item, wanted))
            : Transition.Of(device);
    }

    /// <summary>What is known of the person who holds the device changed.</summary>
    public static Device OwnerChanged(Device device, Owner person) =>
        device.Owner.User != person.User || device.Owner.IsSamePerson(person)
            ? device
            : device with { Owner = person with { Since = device.Owner.Since } };

    /// <summary>Makes the device nobody's. Where it already is, only the epoch moves on.</summary>
    internal static Transition Release(Device device, string by, RuleContext context)
    {
        var ended = device.Owner;
        var epoch = device.Epoch;
        var changed = Change(device, Owner.NobodySince(context.Now), context);
        if (ended.IsNobody)
            return changed;
        var handingOver = HandOvers.Begin(changed.Next, ended, epoch, context);
        var leaving = handingOver.Next.HandOvers[^1].Left.Length;
        return new Transition(handingOver.Next, [.. changed.Events, new DeviceEvent.SignedOut(ended.User, epoch, by, leaving), .. handingOver.Events]);
    }

    private static Transition Change(Device device, Owner owner, RuleContext context)
    {
        var voided = Queue.VoidAll(device, command => command.Lane == Lane.Session && !command.Body.OutlivesSession, context);
        var next = Retries.Forgive(voided.Next, (_, refused) => refused.ByPerson);
        return new Transition(next with { Owner = owner, Epoch = device.Epoch + 1, WasReady = false, Asked = [] }, voided.Events);
    }
}
