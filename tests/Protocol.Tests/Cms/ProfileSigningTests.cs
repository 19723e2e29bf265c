using System.Text;
using Mdm.Fleet.Protocol.Certificates;
using Mdm.Fleet.Protocol.Cms;
using Mdm.Fleet.Protocol.Tests.Certificates;

namespace Mdm.Fleet.Protocol.Tests.Cms;

public sealed class ProfileSigningTests : IDisposable
{
    private static readonly byte[] Profile = Encoding.UTF8.GetBytes("<?xml version=\"1.0\"?><plist version=\"1.0\"><dict/></plist>");

    private readonly OpenSsl openssl = new();

    public void Dispose() => openssl.Dispose();

    [Fact]
    public void A_signed_profile_verifies_with_openssl_up_to_the_authority()
    {
        using var authority = ServerAuthority.Create("Fleet CA", DateTimeOffset.UtcNow, TimeSpan.FromDays(3650), 2048);
        using var signer = authority.IssueProfileSigner("Fleet profiles", DateTimeOffset.UtcNow, TimeSpan.FromDays(300));
        openssl.Write("signed", ProfileSigning.Sign(Profile, signer, [signer, authority.Certificate], DateTimeOffset.UtcNow));
        openssl.WritePem("ca.pem", authority.Certificate);
        openssl.Run("cms", "-verify", "-binary", "-inform", "DER", "-in", "signed", "-CAfile", "ca.pem", "-purpose", "any", "-out",
            "plain");
        Assert.Equal(Profile, openssl.Read("plain"));
        Assert.Contains("sha256", openssl.Run("cms", "-cmsout", "-print", "-inform", "DER", "-in", "signed"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_profile_comes_back_with_its_signer_and_chain()
    {
        var signer = Authorities.Issue(Authorities.DeviceKey);
        var opened = ProfileSigning.Unwrap(ProfileSigning.Sign(Profile, signer, [Authorities.Devices.Certificate]));
        Assert.Equal(Profile, opened.Content);
        Assert.Equal(signer.Thumbprint, opened.Signer!.Thumbprint);
        Assert.Equal(2, opened.Certificates.Count);
    }

    [Theory]
    [InlineData("<?xml version=\"1.0\"?>")]
    [InlineData("\uFEFF<plist/>")]
    [InlineData("\r\n <plist/>")]
    [InlineData("bplist00")]
    public void A_plain_profile_passes_as_it_is(string text)
    {
        var opened = ProfileSigning.Unwrap(Encoding.UTF8.GetBytes(text));
        Assert.Equal(Encoding.UTF8.GetBytes(text), opened.Content);
        Assert.Null(opened.Signer);
    }

    [Fact]
    public void A_profile_signed_by_openssl_unwraps()
    {
        openssl.SelfSigned("admin", "/CN=admin");
        openssl.Write("plain", Profile);
        openssl.Run("smime", "-sign", "-binary", "-nodetach", "-outform", "DER", "-in", "plain", "-signer", "admin.pem", "-inkey",
            "admin.key", "-out", "signed");
        var opened = ProfileSigning.Unwrap(openssl.Read("signed"));
        Assert.Equal(Profile, opened.Content);
        Assert.Equal("CN=admin", opened.Signer!.Subject);
    }

    [Fact]
    public void A_changed_profile_is_refused()
    {
        var signed = ProfileSigning.Sign(Profile, Authorities.Issue(Authorities.DeviceKey), []);
        signed[signed.AsSpan().IndexOf("plist"u8)] ^= 1;
        Assert.Equal(CmsFault.BadSignature, Assert.Throws<CmsException>(() => ProfileSigning.Unwrap(signed)).Reason);
    }

    [Fact]
    public void Noise_and_mutations_are_refused_with_a_reason()
    {
        var chance = new Random(7);
        var signed = ProfileSigning.Sign(Profile, Authorities.Issue(Authorities.DeviceKey), []);
        foreach (var bytes in Mutations.Of(signed, 1000, seed: 8).Concat(Enumerable.Range(0, 500).Select(_ => Mutations.Noise(chance))))
        {
            var refusal = Record.Exception(() => ProfileSigning.Unwrap(bytes));
            Assert.True(refusal is null or CmsException, refusal?.ToString());
        }
    }
}
