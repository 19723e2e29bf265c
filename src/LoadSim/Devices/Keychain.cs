using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mdm.Fleet.LoadSim.Network;
using Mdm.Fleet.Protocol.Plist;
using Mdm.Fleet.Protocol.Scep;

namespace Mdm.Fleet.LoadSim.Devices;

/// <summary>The roots that a device trusts, and how it comes by an identity.</summary>
public sealed class Keychain(TrustedRoots roots, TimeProvider time)
{
    public TrustedRoots Roots { get; } = roots;

    /// <summary>Makes a key and has it certified as the SCEP payload says.</summary>
    /// <exception cref="EnrolmentFailedException">The authority refused, or did not answer.</exception>
    public async Task<X509Certificate2> ObtainIdentityAsync(PlistValue.Dict scep, CancellationToken cancellationToken)
    {
        using var key = RSA.Create((int)(scep.GetInt64("Keysize") ?? 1024));
        using var http = new HttpClient(new SocketsHttpHandler { SslOptions = Roots.ForClient() }) { Timeout = TimeSpan.FromSeconds(60) };
        var client = new ScepHttpClient(http, new Uri(InstalledProfile.Required(scep, "URL")));
        try
        {
            var capabilities = await client.GetCapabilitiesAsync(cancellationToken);
            using var authority = await client.GetCaCertificateAsync(cancellationToken);
            using var request = new ScepClient(authority).Enroll(key, SubjectOf(scep), scep.GetString("Challenge"), time.GetUtcNow());
            var answer = await client.SendAsync(request, capabilities, cancellationToken);
            return answer.Certificate ?? throw new EnrolmentFailedException($"SCEP: {answer.Status} {answer.FailInfo}");
        }
        catch (Exception failed) when (failed is HttpRequestException or ScepException)
        {
            throw new EnrolmentFailedException($"SCEP: {failed.Message}", failed);
        }
    }

    /// <summary>The subject as the payload gives it: an array of relative names, each an array of [attribute, value] pairs.</summary>
    private static X500DistinguishedName SubjectOf(PlistValue.Dict scep)
    {
        var name = new X500DistinguishedNameBuilder();
        foreach (var pair in scep.GetArray("Subject").OfType<PlistValue.Array>().SelectMany(part => part.Items).OfType<PlistValue.Array>())
            if (pair.Items is [PlistValue.String { Value: var attribute }, PlistValue.String { Value: var value }])
                name.Add(OidOf(attribute), value);
        return name.Build();
    }

    private static Oid OidOf(string attribute) => new(attribute switch
    {
        "CN" => "2.5.4.3",
        "C" => "2.5.4.6",
        "L" => "2.5.4.7",
        "ST" => "2.5.4.8",
        "O" => "2.5.4.10",
        "OU" => "2.5.4.11",
        _ => attribute,
    });
}

/// <summary>An enrolment did not come about; the message says at which step.</summary>
public sealed class EnrolmentFailedException(string message, Exception? inner = null) : Exception(message, inner);
