using Mdm.Fleet.Domain.Catalog;

namespace Mdm.Fleet.Domain.Previews;

/// <summary>What may carry a device: the networks that are distributed to it. Another that nobody distributed is not known here.</summary>
public static class Networks
{
    /// <summary>Whether other facts of one device take its last network away, as it is held or when nobody holds it.</summary>
    public static bool CutsOff(CompiledCatalog catalog, Subject before, Subject after) =>
        (Has(catalog, before) && !Has(catalog, after))
        || (Has(catalog, before.HeldBy(catalog.Nobody)) && !Has(catalog, after.HeldBy(catalog.Nobody)));

    private static bool Has(CompiledCatalog catalog, Subject device) => catalog.Desired(device).Items.Any(want => want.Item.IsNetwork);
}
