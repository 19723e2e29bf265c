using System.Collections.Immutable;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Frontend.Admin.Configurations;
using Mdm.Fleet.Frontend.Admin.PushCertificate;
using Mdm.Fleet.Grains.Catalog;
using Mdm.Fleet.Grains.Configurations;
using Mdm.Fleet.Grains.Push;
using Mdm.Fleet.Storage;
using Orleans;

namespace Mdm.Fleet.Frontend.Admin.Overview;

/// <summary>Counts the fleet by the index: a row's status is three words, "enrolled.person.cleaning".</summary>
public sealed class OverviewReader(IRecordStore store, IGrainFactory grains, FrontendOptions options, TimeProvider time)
{
    private const string Enrolled = "enrolled";

    /// <summary>As it is now.</summary>
    /// <exception cref="StoreUnavailableException"/>
    public async Task<OverviewObject> ReadAsync(CancellationToken cancellationToken)
    {
        var counts = Split(await store.CountAsync("device", cancellationToken));
        long Count(Func<string[], bool> fits) => counts.Where(count => fits(count.Words)).Sum(count => count.Devices);
        long EnrolledWith(int word, string value) => Count(words => words[0] == Enrolled && words[word] == value);
        long With(string status) => Count(words => words[0] == status);

        var certificate = await grains.GetGrain<IPushCertificate>(IPushCertificate.Key).View();
        return new OverviewObject(
            new DeviceCounts(With("pending"), With(Enrolled), With("checkedOut"), With("retiring"), With("retired")),
            new OwnerCounts(EnrolledWith(1, "nobody"), EnrolledWith(1, "person")),
            new HandOverCounts(EnrolledWith(2, "cleaning"), EnrolledWith(2, "residue")),
            certificate is null ? null : PushCertificateObject.Of(certificate, time.GetUtcNow()),
            [.. PushCertificateObject.WarningsOf(certificate, time.GetUtcNow()), .. await WarningsAsync()]);
    }

    private async Task<IReadOnlyList<Warning>> WarningsAsync()
    {
        var catalog = await grains.GetGrain<ICatalog>(ICatalog.Key).Read();
        var signIn = catalog.Find(ItemId.Parse(IConfiguration.MultiUserSignIn))?.Distribution ?? new Distribution.None();
        var warnings = Warning.Of(isSignIn: true, signIn, catalog);
        return options.PublicUrl is not null
            ? warnings
            : [.. warnings, new Warning("no-public-url", "The server was started without --public-url: nobody can enrol a device or sign in on one.")];
    }

    private static ImmutableArray<(string[] Words, long Devices)> Split(ImmutableSortedDictionary<string, long> counts) =>
        [.. counts.Select(count => (count.Key.Split('.'), count.Value)).Where(count => count.Item1.Length == 3)];
}
