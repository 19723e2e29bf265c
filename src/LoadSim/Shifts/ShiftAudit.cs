using System.Text.Json.Nodes;
using Mdm.Fleet.LoadSim.Admin;
using Mdm.Fleet.LoadSim.Devices;

namespace Mdm.Fleet.LoadSim.Shifts;

/// <summary>
/// At the end: is the effect of every act that was answered 2xx still there? Enrolments, hand-overs and what the admin entered are asked of the
/// server; the person's own things are looked for on the devices.
/// </summary>
public sealed class ShiftAudit(AdminApi admin, Preparation preparation, Staff staff, ShiftTally tally)
{
    public async Task RunAsync(IReadOnlyList<SimulatedDevice> devices, int turns, CancellationToken cancellationToken)
    {
        foreach (var missing in await preparation.MissingAsync(cancellationToken))
            tally.NoteLost($"entered by the admin: {missing}");
        for (var index = 0; index < devices.Count; index++)
        {
            AuditOwnThings(devices[index]);
            await AuditAsync(index, devices[index], turns, cancellationToken);
        }
    }

    private void AuditOwnThings(SimulatedDevice device)
    {
        if (!device.Contents.PersonalItemsIntact() || device.Temper.PersonalTouched > 0)
            tally.NoteLost($"{device.Facts.DeviceName}: the person's own profile or app (touched {device.Temper.PersonalTouched} times)");
    }

    private async Task AuditAsync(int index, SimulatedDevice device, int turns, CancellationToken cancellationToken)
    {
        var known = await admin.GetAsync($"devices/{device.Facts.Udid}", cancellationToken);
        if (known?["status"]?.ToString() != "enrolled")
        {
            tally.NoteLost($"{device.Facts.DeviceName}: its enrolment (the server says {known?["status"]?.ToString() ?? "unknown"})");
            return;
        }

        var handOvers = known["handOvers"]?.AsArray().OfType<JsonObject>().ToList() ?? [];
        for (var turn = 0; turn < turns; turn++)
        {
            var person = staff.On(index, turn).UserName;
            if (!handOvers.Any(one => Is(one, "userName", person) && Is(one, "state", "clean")))
                tally.NoteLost($"{device.Facts.DeviceName}: the clean hand-over of {person}");
        }
    }

    private static bool Is(JsonObject one, string key, string value) =>
        string.Equals(one[key]?.ToString(), value, StringComparison.OrdinalIgnoreCase);
}
