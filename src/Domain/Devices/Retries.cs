namespace Mdm.Fleet.Domain.Devices;

/// <summary>Forgets refusals, so that the next plan tries again.</summary>
public static class Retries
{
    public static Device Forgive(Device device, Func<LedgerEntry, bool> picked)
    {
        var ledger = device.Ledger;
        for (var i = 0; i < ledger.Length; i++)
        {
            if (ledger[i].Last?.Refusal is not null && picked(ledger[i]))
                ledger = ledger.SetItem(i, ledger[i] with { Last = null });
        }

        return ledger == device.Ledger ? device : device with { Ledger = ledger };
    }
}
