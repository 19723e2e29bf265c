using System.Text.Json.Nodes;
using Mdm.Fleet.Domain.Devices;
using Mdm.Fleet.LoadSim.Admin;
using Mdm.Fleet.LoadSim.Network;
using Mdm.Fleet.LoadSim.People;

namespace Mdm.Fleet.LoadSim.Shifts;

/// <summary>
/// At the end: is the effect of every act that was answered 2xx there? Each device proves its enrolment by a connection that the server accepts,
/// and its sign-outs by what it holds after that; its sign-in page must offer it to the next person. Only what an admin would look up (what was
/// entered, the record of this run's hand-overs) is asked of the server besides.
/// </summary>
public sealed class ShiftAudit(AdminApi admin, Preparation preparation, ShiftTally tally, TrustedRoots roots, ShiftOptions options, TimeProvider time)
{
    private const int DevicesAtOnce = 16;

    public async Task RunAsync(IReadOnlyList<DeviceWatch> devices, CancellationToken cancellationToken)
    {
        foreach (var missing in await preparation.MissingAsync(cancellationToken))
            tally.NoteLost($"entered by the admin: {missing}");
        await Parallel.ForEachAsync(
            devices, new ParallelOptions { MaxDegreeOfParallelism = DevicesAtOnce, CancellationToken = cancellationToken },
            async (watch, token) => await AuditAsync(watch, token));
    }

    private async Task AuditAsync(DeviceWatch watch, CancellationToken cancellationToken)
    {
        if (!watch.Device.Contents.PersonalItemsIntact() || watch.Device.Temper.PersonalTouched > 0)
            tally.NoteLost($"{watch.Name}: the person's own profile or app (touched {watch.Device.Temper.PersonalTouched} times)");
        var accepted = watch.Enrolled && await IsAcceptedAsync(watch, cancellationToken);
        if (watch.Enrolled && !accepted)
            tally.NoteLost($"{watch.Name}: its enrolment (removed {watch.Device.Unenrolled} times; no connection accepted at the end)");
        watch.LookForResidue();
        if (accepted && watch.HandedOver)
            await AuditLastSignOutAsync(watch, cancellationToken);
        await AuditRecordAsync(watch, cancellationToken);
    }

    /// <summary>The device connects once more, does what it is told, and is still enrolled.</summary>
    private async Task<bool> IsAcceptedAsync(DeviceWatch watch, CancellationToken cancellationToken)
    {
        var (device, before) = (watch.Device, watch.Device.Connected);
        device.Wake();
        await device.Contents.Changed.UntilAsync(() => device.Connected > before || !device.Enrolled, options.Patience, time, cancellationToken);
        return device.Enrolled && device.Connected > before;
    }

    private async Task AuditLastSignOutAsync(DeviceWatch watch, CancellationToken cancellationToken)
    {
        var person = watch.Sessions[^1].Person;
        if (watch.MissingFor(Role.Nobody) is { Count: > 0 } missing)
            tally.NoteLost($"{watch.Name}: what is nobody's after {person.UserName}: {string.Join(", ", missing)}");
        if (watch.Device.Contents.SignInUrl() is not { } url)
            return;
        try
        {
            using var visit = new Visit(watch.Name, url, person, roots, options.Patience, time, new Random(options.Seed));
            if (await visit.LookAsync(cancellationToken) is { Free: false } page)
                tally.NoteLost($"{watch.Name}: the sign-out of {person.UserName} (the page says {page.State} {page.UserName})");
        }
        catch (ShiftFailedException failed)
        {
            tally.NoteFailure(failed.Message);
        }
    }

    /// <summary>
    /// The server's record has each session of this run, told from an earlier run's by its epoch, as handed over clean: as many as a device's
    /// record keeps.
    /// </summary>
    private async Task AuditRecordAsync(DeviceWatch watch, CancellationToken cancellationToken)
    {
        if (watch.Sessions.Count == 0)
            return;
        var known = await admin.GetAsync($"devices/{watch.Device.Facts.Udid}", cancellationToken);
        var handOvers = known?["handOvers"]?.AsArray().OfType<JsonObject>().ToList() ?? [];
        foreach (var session in watch.Sessions.TakeLast(HandOver.Kept))
            if (!handOvers.Any(one => IsCleanAfter(session, one)))
                tally.NoteLost($"{watch.Name}: the clean hand-over of {session.Person.UserName}, epoch {session.Epoch}");
    }

    private static bool IsCleanAfter(Session session, JsonObject handOver) =>
        string.Equals(handOver["userName"]?.ToString(), session.Person.UserName, StringComparison.OrdinalIgnoreCase)
        && handOver["epoch"]?.GetValue<long>() == session.Epoch && handOver["state"]?.ToString() == "clean";
}
