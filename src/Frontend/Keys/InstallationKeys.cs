using System.Security.Cryptography.X509Certificates;
using Mdm.Fleet.Grains.Configurations;
using Mdm.Fleet.Protocol.Certificates;
using Mdm.Fleet.Storage;
using Mdm.Fleet.Storage.Secrets;

namespace Mdm.Fleet.Frontend.Keys;

/// <summary>
/// The installation's name, authorities and certificates: made at first start, sealed in the store, the same from then on. Several
/// processes that start at once end with the same ones.
/// </summary>
public sealed class InstallationKeys : IDisposable
{
    private static readonly TimeSpan AuthorityValidity = TimeSpan.FromDays(365 * 25);
    private static readonly TimeSpan SignerValidity = TimeSpan.FromDays(365 * 5);
    private static readonly TimeSpan RenewBefore = TimeSpan.FromDays(60);

    private readonly KeyRecords _records;
    private readonly IReadOnlyList<string> _names;

    // Connections and signatures under way go on with the certificates that they began with.
    private readonly List<X509Certificate2> _retired = [];
    private volatile X509Certificate2 _signer;
    private volatile X509Certificate2 _server;

    private InstallationKeys(
        KeyRecords records, IReadOnlyList<string> names, Installation installation, DeviceAuthority devices, ServerAuthority servers, BusinessKey business,
        X509Certificate2 signer, X509Certificate2 server)
    {
        (_records, _names, Installation, Devices, Servers, Business) = (records, names, installation, devices, servers, business);
        (_signer, _server) = (signer, server);
    }

    public Installation Installation { get; }

    /// <summary>The authority behind SCEP.</summary>
    public DeviceAuthority Devices { get; }

    /// <summary>The authority of <see cref="Server"/> and <see cref="ProfileSigner"/>.</summary>
    public ServerAuthority Servers { get; }

    /// <summary>Changes with <see cref="RenewAsync"/>.</summary>
    public X509Certificate2 ProfileSigner => _signer;

    /// <summary>For HTTPS where no other certificate is given. Changes with <see cref="RenewAsync"/>.</summary>
    public X509Certificate2 Server => _server;

    /// <summary>By which Apple Business Manager knows this server.</summary>
    public BusinessKey Business { get; }

    /// <summary>Loads them, or makes what is missing or about to expire.</summary>
    /// <param name="store">Where they are kept.</param>
    /// <param name="box">Seals their private keys.</param>
    /// <param name="names">Host names and addresses of the server certificate.</param>
    /// <param name="time">The clock of validities.</param>
    /// <exception cref="SecretUnreadableException">The store was sealed with another master key.</exception>
    /// <exception cref="StoreUnavailableException"/>
    public static async Task<InstallationKeys> LoadAsync(IRecordStore store, SecretBox box, IReadOnlyList<string> names, TimeProvider time)
    {
        var records = new KeyRecords(store, box);
        var now = time.GetUtcNow();
        var installation = new Installation(await records.InstallationIdAsync());
        var devices = DeviceAuthority.Import(await records.LoadOrCreateAsync(
            "devices", _ => DeviceAuthority.Create("Mdm.Fleet devices", now, AuthorityValidity).Export()));
        var servers = ServerAuthority.Import(await records.LoadOrCreateAsync(
            "servers", _ => ServerAuthority.Create("Mdm.Fleet servers", now, AuthorityValidity).Export()));

        // Never replaced by itself: an admin uploaded its certificate.
        var business = await records.LoadOrCreateAsync("business", _ => BusinessKey.Create(now, AuthorityValidity));
        var businessKey = new BusinessKey(business.Load(), await records.ServerUuidAsync());
        var (signer, server) = (await SignerAsync(records, servers, now), await ServerAsync(records, servers, names, now));
        return new InstallationKeys(records, names, installation, devices, servers, businessKey, signer.Load(), server.Load());
    }

    /// <summary>Makes anew what expires within two months, so that a process that runs for years stays valid. One call at a time.</summary>
    /// <exception cref="StoreUnavailableException"/>
    public async Task RenewAsync(DateTimeOffset now)
    {
        var (signer, server) = (await SignerAsync(_records, Servers, now), await ServerAsync(_records, Servers, _names, now));
        if (!signer.CertificateDer.AsSpan().SequenceEqual(_signer.RawDataMemory.Span))
        {
            _retired.Add(_signer);
            _signer = signer.Load();
        }

        if (!server.CertificateDer.AsSpan().SequenceEqual(_server.RawDataMemory.Span))
        {
            _retired.Add(_server);
            _server = server.Load();
        }
    }

    public void Dispose()
    {
        Devices.Dispose();
        Servers.Dispose();
        ProfileSigner.Dispose();
        Server.Dispose();
        Business.Dispose();
        _retired.ForEach(certificate => certificate.Dispose());
    }

    private static Task<StoredIdentity> SignerAsync(KeyRecords records, ServerAuthority servers, DateTimeOffset now) => records.LoadOrCreateAsync(
        "profile-signer", _ => StoredIdentity.From(servers.IssueProfileSigner("Mdm.Fleet profiles", now, SignerValidity)), stored => IsGood(stored, now));

    /// <summary>One for all servers of the installation: who lacks a name adds it to those that others need.</summary>
    private static Task<StoredIdentity> ServerAsync(KeyRecords records, ServerAuthority servers, IReadOnlyList<string> names, DateTimeOffset now) =>
        records.LoadOrCreateAsync(
            "server", stored => StoredIdentity.From(servers.IssueServer([.. names.Union(NamesOf(stored))], now, ServerAuthority.ServerValidityMax)),
            stored => IsGood(stored, now) && !names.Except(NamesOf(stored), StringComparer.OrdinalIgnoreCase).Any());

    private static bool IsGood(StoredIdentity stored, DateTimeOffset now)
    {
        using var certificate = X509CertificateLoader.LoadCertificate(stored.CertificateDer);
        return certificate.NotAfter.ToUniversalTime() > (now + RenewBefore).UtcDateTime;
    }

    private static IEnumerable<string> NamesOf(StoredIdentity? stored)
    {
        if (stored is null)
            return [];
        using var certificate = X509CertificateLoader.LoadCertificate(stored.CertificateDer);
        return certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault() is { } names
            ? [.. names.EnumerateDnsNames(), .. names.EnumerateIPAddresses().Select(address => address.ToString())]
            : [];
    }
}
