using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Mdm.Fleet.LoadSim.Admin;
using Mdm.Fleet.LoadSim.Apns;

namespace Mdm.Fleet.LoadSim.Shifts;

/// <summary>Gives the server a push certificate of the simulated push service. A topic that it has already is kept: a new one would orphan devices.</summary>
public sealed class PushSetup(AdminApi admin, SimulatedApns apns)
{
    public async Task RunAsync(int seed, CancellationToken cancellationToken)
    {
        var current = await admin.GetAsync("push-certificate", cancellationToken);
        var topic = current?["topic"]?.GetValue<string>() ?? $"com.apple.mgmt.External.10ad51a0-0000-4000-8000-{seed:x12}";
        using var certificate = apns.Authority.IssuePushCertificate(topic);
        using var key = certificate.GetRSAPrivateKey()!;
        await admin.PutAsync("push-certificate", new JsonObject
        {
            ["certificatePem"] = certificate.ExportCertificatePem(),
            ["privateKeyPem"] = key.ExportPkcs8PrivateKeyPem(),
        }, cancellationToken);
    }
}
