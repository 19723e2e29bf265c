using Mdm.Fleet.Frontend.Keys;
using Mdm.Fleet.Grains.Devices;
using Mdm.Fleet.Protocol.CheckIn;
using Mdm.Fleet.Protocol.Messages;
using Mdm.Fleet.Protocol.Plist;
using Microsoft.AspNetCore.Http;
using Orleans;

namespace Mdm.Fleet.Frontend.Devices;

/// <summary>
/// Tokens that devices leave here or ask for: the bootstrap token, and proofs for Apple's services (apple/protocol-notes.md, sections 2.5
/// and 2.6). Who asks was recognised before.
/// </summary>
public sealed class DeviceTokens(IGrainFactory grains, InstallationKeys keys, TimeProvider time)
{
    public Task AnswerAsync(HttpResponse response, IDevice device, CheckInMessage message) => message switch
    {
        SetBootstrapToken or GetBootstrapToken when !HasBootstrapToken(message.Enrollment) =>
            DeviceAnswers.Malformed(response, "A bootstrap token belongs to a device, and not under User Enrollment."),
        SetBootstrapToken set => Patient.CallAsync(async () =>
        {
            await Secrets(set).PutBootstrapToken(set.BootstrapToken ?? default);
            return true;
        }),
        GetBootstrapToken get => GiveBackAsync(response, get),
        GetToken { TokenServiceType: ManagedAccountToken.ServiceType } => VouchAsync(response, device),
        GetToken => DeviceAnswers.Malformed(response, "No such token service."),
        _ => throw new InvalidOperationException($"{message.MessageType} is about no token."),
    };

    private static bool HasBootstrapToken(EnrollmentIdentity sender) => !sender.IsUserChannel && !sender.IsUserEnrollment;

    private IDeviceSecrets Secrets(CheckInMessage message) => grains.GetGrain<IDeviceSecrets>(message.Enrollment.DeviceKey.Value);

    private async Task GiveBackAsync(HttpResponse response, GetBootstrapToken message)
    {
        var token = await Secrets(message).BootstrapToken();
        await WriteAsync(response, token.IsEmpty ? PlistValue.Dict.Empty : PlistValue.Dict.Of(("BootstrapToken", token)));
    }

    /// <summary>Only for a device that is managed now: the token tells Apple so.</summary>
    private async Task VouchAsync(HttpResponse response, IDevice device)
    {
        if ((await device.View()).Device.IsManaged)
            await WriteAsync(response, PlistValue.Dict.Of(("TokenData", keys.Business.ManagedAccountTokenAt(time.GetUtcNow()))));
        else
            DeviceAnswers.Refuse(response);
    }

    private static Task WriteAsync(HttpResponse response, PlistValue.Dict answer)
    {
        var body = answer.ToXml();
        response.ContentType = "application/xml; charset=UTF-8";
        response.ContentLength = body.Length;
        return response.Body.WriteAsync(body, 0, body.Length);
    }
}
