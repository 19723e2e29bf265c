using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mdm.Fleet.Domain.Configurations;
using Mdm.Fleet.LoadSim.Devices;
using Mdm.Fleet.LoadSim.People;

namespace Mdm.Fleet.LoadSim.Shifts;

/// <summary>
/// The hospital of the scenario: what exists and who has what. The sets that a device must hold follow from these definitions alone; the
/// server is never asked what it thinks they are.
/// </summary>
public sealed class ShiftPlan
{
    private static readonly Audience Staff = Audience.Of(Role.Nurse, Role.Doctor);

    public ShiftPlan(byte[] doctorsCertificate)
    {
        Items =
        [
            new PlannedItem.SignInWebClip(Audience.All),
            WiFi("Ward Wi-Fi", "ward", Audience.Of(Role.Nobody, Role.Nurse, Role.Doctor)),
            WiFi("Equipment Wi-Fi", "ward-equipment", Audience.Ward),
            WiFi("Nurses Wi-Fi", "nurses", Audience.Of(Role.Nurse)),
            WiFi("Doctors Wi-Fi", "doctors", Audience.Of(Role.Doctor)),
            Restrictions("Nurses restrictions", "allowCamera", Audience.Of(Role.Nurse)),
            Clip("Rota", "https://rota.hospital.example/", Audience.Of(Role.Nurse)),
            Clip("Prescriptions", "https://rx.hospital.example/", Audience.Of(Role.Doctor)),
            new PlannedItem.Configuration("Records CA", ItemMark.Certificate(doctorsCertificate), Audience.Of(Role.Doctor),
                new ConfigurationContent.Certificate(doctorsCertificate, IsRoot: true)),
            App("Clock", "example.hospital.clock", Audience.All),
            App("Patient Chart", "example.hospital.chart", Staff),
            App("Formulary", "example.hospital.formulary", Audience.Of(Role.Doctor)),
        ];
    }

    /// <summary>Everything that the scenario distributes.</summary>
    public ImmutableArray<PlannedItem> Items { get; }

    /// <summary>The plan with a certificate of its own making for the doctors.</summary>
    public static ShiftPlan Create()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Records CA,O=Simulated Hospital", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        return new ShiftPlan(certificate.RawData);
    }

    /// <summary>The marks that a device must hold, no more and no fewer, while <paramref name="role"/> holds it.</summary>
    public ImmutableSortedSet<string> MarksOf(Role role) =>
        [.. Items.Where(item => item.Audience.Reaches(role)).Select(item => item.Mark)];

    private static PlannedItem.Configuration WiFi(string name, string ssid, Audience audience) =>
        new(name, ItemMark.WiFi(ssid), audience, new ConfigurationContent.WiFi(ssid, WiFiSecurity.WPA2, $"{ssid}-secret"));

    private static PlannedItem.Configuration Clip(string name, string url, Audience audience) =>
        new(name, ItemMark.WebClip(url), audience, new ConfigurationContent.WebClip(url, name, Removable: false));

    private static PlannedItem.Configuration Restrictions(string name, string key, Audience audience) =>
        new(name, ItemMark.Restrictions([$"{key}=false"]), audience,
            new ConfigurationContent.Restrictions(ImmutableSortedDictionary<string, bool>.Empty.Add(key, false)));

    private static PlannedItem.App App(string name, string bundleId, Audience audience) =>
        new(name, ItemMark.App(bundleId), audience, bundleId, $"https://apps.hospital.example/{bundleId}.plist");
}
