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

    private InstallationKeys(
        Installation installation, DeviceAuthority devices, ServerAuthority servers, X509Certificate2 signer, X509Certificate2 server, BusinessKey business)
    {
        (Installation, Devices, Servers, ProfileSigner, Server, Business) = (installation, devices, servers, signer, server, business);
    }

    public Installation Installation { get; }

    /// <summary>The authority behind SCEP.</summary>
    public DeviceAuthority Devices { get; }

    /// <summary>The authority of <see cref="Server"/> and <see cref="ProfileSigner"/>.</summary>
    public ServerAuthority Servers { get; }

    public X509Certificate2 ProfileSigner { get; }

    /// <summary>For HTTPS where no other certificate is given.</summary>
    public X509Certificate2 Server { get; }

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
            "devices", () => DeviceAuthority.Create("Mdm.Fleet devices", now, AuthorityValidity).Export()));
        var servers = ServerAuthority.Import(await records.LoadOrCreateAsync(
            "servers", () => ServerAuthority.Create("Mdm.Fleet servers", now, AuthorityValidity).Export()));
        var signer = await records.LoadOrCreateAsync(
            "profile-signer", () => StoredIdentity.From(servers.IssueProfileSigner("Mdm.Fleet profiles", now, SignerValidity)), stored => IsGood(stored, now));
        var server = await records.LoadOrCreateAsync(
            "server", () => StoredIdentity.From(servers.IssueServer(names, now, ServerAuthority.ServerValidityMax)), stored => IsGood(stored, now) && Names(stored, names));
        // Never replaced by itself: an admin uploaded its certificate.
        var business = await records.LoadOrCreateAsync("business", () => BusinessKey.Create(now, AuthorityValidity));
        var businessKey = new BusinessKey(business.Load(), await records.ServerUuidAsync());
        return new InstallationKeys(installation, devices, servers, signer.Load(), server.Load(), businessKey);
    }

    public void Dispose()
    {
        Devices.Dispose();
        Servers.Dispose();
        ProfileSigner.Dispose();
        Server.Dispose();
        Business.Dispose();
    }

    private static bool IsGood(StoredIdentity stored, DateTimeOffset now)
    {
        using var certificate = X509CertificateLoader.LoadCertificate(stored.CertificateDer);
        return certificate.NotAfter.ToUniversalTime() > (now + RenewBefore).UtcDateTime;
    }

    private static bool Names(StoredIdentity stored, IReadOnlyList<string> names)
    {
        using var certificate = X509CertificateLoader.LoadCertificate(stored.CertificateDer);
        var alternative = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        return alternative is not null && names.All(name => System.Net.IPAddress.TryParse(name, out var address)
            ? alternative.EnumerateIPAddresses().Contains(address)
            : alternative.EnumerateDnsNames().Contains(name, StringComparer.OrdinalIgnoreCase));
    }
}
