using Mdm.Fleet.Protocol.Certificates;
using Mdm.Fleet.Protocol.Tests.Cms;

namespace Mdm.Fleet.Protocol.Tests.Certificates;

[Trait("Requirement", "PR-02")]
public sealed class ClientCertificateHeaderTests
{
    private static readonly byte[] Der = Authorities.Devices.Certificate.RawData;
    private static readonly string Pem = Authorities.Devices.Certificate.ExportCertificatePem();

    [Fact]
    public void A_byte_sequence_of_RFC_9440_is_read() =>
        Assert.Equal(Der, ClientCertificateHeader.Parse(" :" + Convert.ToBase64String(Der) + ": "));

    [Fact]
    public void Url_escaped_PEM_is_read() => Assert.Equal(Der, ClientCertificateHeader.Parse(Uri.EscapeDataString(Pem + "\n")));

    [Fact]
    public void PEM_with_blanks_for_line_ends_is_read() => Assert.Equal(Der, ClientCertificateHeader.Parse(Pem.ReplaceLineEndings(" ")));

    [Fact]
    public void Plus_signs_are_part_of_base64_and_no_blanks()
    {
        var withPlus = Enumerable.Range(0, 64)
            .Select(_ => Authorities.Issue(Authorities.DeviceKey)).First(c => c.ExportCertificatePem().Contains('+'));
        Assert.Equal(withPlus.RawData, ClientCertificateHeader.Parse(withPlus.ExportCertificatePem().ReplaceLineEndings("%0A")));
    }

    [Theory]
    [InlineData("", CertificateFault.Empty)]
    [InlineData("   ", CertificateFault.Empty)]
    [InlineData(":", CertificateFault.NotBase64)]
    [InlineData(":AAAA", CertificateFault.NotBase64)]
    [InlineData(":*:", CertificateFault.NotBase64)]
    [InlineData("::", CertificateFault.Malformed)]
    [InlineData(":AAAA:", CertificateFault.Malformed)]
    [InlineData(":MAAA:", CertificateFault.MoreThanOne)]
    [InlineData("Subject=\"CN=device\"", CertificateFault.NotPem)]
    [InlineData("-----BEGIN PUBLIC KEY-----AAAA-----END PUBLIC KEY-----", CertificateFault.NotPem)]
    [InlineData("%", CertificateFault.NotPem)]
    public void What_is_no_certificate_is_refused(string header, CertificateFault reason) => Assert.Equal(reason, Refused(header));

    [Fact]
    public void Two_certificates_are_refused() =>
        Assert.Equal(CertificateFault.MoreThanOne, Refused(Uri.EscapeDataString(Pem + "\n" + Pem)));

    [Fact]
    public void An_endless_header_is_refused_unread() => Assert.Equal(CertificateFault.TooLarge, Refused(new string(':', 20_000)));

    [Fact]
    public void Mutated_headers_give_one_kind_of_refusal()
    {
        var good = System.Text.Encoding.Latin1.GetBytes(Uri.EscapeDataString(Pem));
        foreach (var mutated in Mutations.Of(good, 3000, seed: 5))
        {
            var refusal = Record.Exception(() => ClientCertificateHeader.Parse(System.Text.Encoding.Latin1.GetString(mutated)));
            Assert.True(refusal is null or CertificateFormatException, refusal?.ToString());
        }
    }

    private static CertificateFault Refused(string header) =>
        Assert.Throws<CertificateFormatException>(() => ClientCertificateHeader.Parse(header)).Reason;
}
