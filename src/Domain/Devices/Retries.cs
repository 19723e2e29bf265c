namespace Mdm.Fleet.Domain.Devices;

/// <summary>Forgets refusals, so that the next plan tries again.</summary>
public static class Retries
{
    public static Device Forgive(Device device, Func<LedgerEntry, Attempt, bool> picked)
    {
        var ledger = device.Ledger;
        for (var i = 0; i < ledger.Length; i++)
        {
            var entry = ledger[i];
            if (entry.OtherRefusal is { } other && picked(entry, other))
                entry = entry with { OtherRefusal = null };
            if (entry.Last is { Refusal: not null } last && picked(entry, last))
                entry = entry.WithoutLast();
            if (!ReferenceEquals(entry, ledger[i]))
                ledger = ledger.SetItem(i, entry);
        }

        return ledger == device.Ledger ? device : device with { Ledger = ledger };
    }
}
