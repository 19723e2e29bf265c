using Mdm.Fleet.Frontend.Admin.Access;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Frontend.Keys;
using Mdm.Fleet.Grains.Push;
using Mdm.Fleet.Protocol.Certificates;
using Mdm.Fleet.Storage.Secrets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Orleans;
using Certificate = Mdm.Fleet.Protocol.Certificates.PushCertificate;

namespace Mdm.Fleet.Frontend.Admin.PushCertificate;

/// <summary>The push certificate: request, upload, renewal with the same topic (PR-09).</summary>
internal static class PushCertificateEndpoints
{
    private const string RequestName = "Mdm.Fleet";

    public static void Map(RouteGroupBuilder api)
    {
        var push = api.MapGroup("/push-certificate").WithTags("Push certificate").Needs(Right.ReadFleet, Right.ManageServer);
        push.MapGet("", ShowAsync).WithSummary("Topic and validity of the push certificate");
        push.MapPut("", PutAsync).Accepts<PushCertificateBody>("application/json").WithSummary("Use a certificate, or renew it");
        push.MapPost("/request", RequestAsync).WithSummary("Make a signing request; its key stays in the server");
    }

    private static async Task<Ok<PushCertificateObject>> ShowAsync(IGrainFactory grains, TimeProvider time) =>
        await Grain(grains).View() is { } view
            ? TypedResults.Ok(PushCertificateObject.Of(view, time.GetUtcNow()))
            : throw new RefusalException(StatusCodes.Status404NotFound, "push-certificate-missing", "There is no push certificate yet.");

    private static async Task<Ok<PushCertificateCsr>> RequestAsync(HttpContext http, IGrainFactory grains, SecretBox box)
    {
        var request = PushCertificateRequest.Create(RequestName);
        await Grain(grains).KeepRequest(box.SealRequestKey(request), Access.Admin.Of(http).Name);
        return TypedResults.Ok(new PushCertificateCsr(request.Pem));
    }

    private static async Task<Ok<PushCertificateObject>> PutAsync(
        HttpContext http, IGrainFactory grains, SecretBox box, PushTopic topic, TimeProvider time)
    {
        var body = await Body.ReadAsync<PushCertificateBody>(http);
        var now = time.GetUtcNow();
        var view = await ReadAsync(body, Grain(grains), box, now);
        if (!await Grain(grains).Put(view, Access.Admin.Of(http).Name))
        {
            var current = (await Grain(grains).View())!;
            throw RefusalException.Conflict(
                "topic-changed",
                $"The certificate is for the topic {view.Topic}, and every enrolled device knows {current.Topic}: renew that one, with the Apple account that made it.");
        }

        topic.Changed();
        return TypedResults.Ok(PushCertificateObject.Of(view, now));
    }

    /// <exception cref="RefusalException">Nothing to read, a key that does not fit, no push certificate, expired.</exception>
    private static async Task<PushCertificateView> ReadAsync(
        PushCertificateBody body, IPushCertificate grain, SecretBox box, DateTimeOffset now)
    {
        try
        {
            var certificate = await ParseAsync(body, grain, box);
            certificate.RequireValid(now);
            var view = box.Seal(certificate);
            return string.IsNullOrWhiteSpace(body.AppleAccount) ? view : view with { AppleAccount = Names.Check(body.AppleAccount, "appleAccount") };
        }
        catch (CertificateFormatException wrong)
        {
            throw Refused(wrong, body);
        }
    }

    private static async Task<Certificate> ParseAsync(PushCertificateBody body, IPushCertificate grain, SecretBox box)
    {
        if (body.Pkcs12 is { } pkcs12)
            return Certificate.FromPkcs12(Decode(pkcs12), body.Password);
        if (body.CertificatePem is not { } pem)
            throw RefusalException.Field("certificatePem", "Give certificatePem, alone or with privateKeyPem, or pkcs12.");
        if (body.PrivateKeyPem is { } key)
            return Certificate.FromPem(pem, key, body.Password);
        if (pem.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
            return Certificate.FromPem(pem, pem, body.Password);
        return await grain.RequestKey() is { } sealedKey
            ? Certificate.FromAnswer(System.Text.Encoding.UTF8.GetBytes(pem), box.OpenRequestKey(sealedKey))
            : throw RefusalException.Field("certificatePem", "No signing request is open here: give the private key too, or make a request first.", "no-request");
    }

    private static byte[] Decode(string base64)
    {
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var length) ? bytes[..length] : throw RefusalException.Field("pkcs12", "This is not base64.");
    }

    private static RefusalException Refused(CertificateFormatException wrong, PushCertificateBody body)
    {
        var field = wrong.Reason switch
        {
            CertificateFault.WrongPassword => "password",
            CertificateFault.NoPrivateKey or CertificateFault.KeyMismatch or CertificateFault.WeakKey when body.PrivateKeyPem is not null => "privateKeyPem",
            _ => body.Pkcs12 is null ? "certificatePem" : "pkcs12",
        };
        return RefusalException.Field(field, wrong.Message, Words.Kebab(wrong.Reason));
    }

    private static IPushCertificate Grain(IGrainFactory grains) => grains.GetGrain<IPushCertificate>(IPushCertificate.Key);
}
