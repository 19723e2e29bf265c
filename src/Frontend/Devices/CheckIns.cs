using System.Buffers.Text;
using System.Security.Cryptography;
using Mdm.Fleet.Domain.Devices;
using Mdm.Fleet.Domain.Enrollment;
using Mdm.Fleet.Frontend.Keys;
using Mdm.Fleet.Grains.Configurations;
using Mdm.Fleet.Grains.Devices;
using Mdm.Fleet.Grains.Enrollment;
using Mdm.Fleet.Protocol.CheckIn;
using Microsoft.AspNetCore.Http;
using Orleans;

namespace Mdm.Fleet.Frontend.Devices;

/// <summary>
/// Takes check-in messages to their device. What a user's channel says (Shared iPad, macOS) is accepted and not used yet: it never
/// touches the device's own channel.
/// </summary>
public sealed class CheckIns(IGrainFactory grains, PushTopic topic, Installation installation, DeviceTokens tokens, ExpectedDevices expected)
{
    private const int SignInTokenBytes = 18;

    public Task AnswerAsync(HttpResponse response, CheckInMessage message, DeviceIdentity identity)
    {
        var device = grains.GetGrain<IDevice>(message.Enrollment.DeviceKey.Value);
        return message switch
        {
            TokenUpdate { Enrollment.IsUserChannel: false } update => TokenUpdateAsync(response, device, update, identity),
            Authenticate { Enrollment.IsUserChannel: false } authenticate => AuthenticateAsync(response, device, authenticate, identity),
            CheckOut { Enrollment.IsUserChannel: false } => Patient.AnswerAsync(response, () => device.CheckOut(identity.Name)),
            TokenUpdate or CheckOut => Patient.AnswerAsync(response, () => device.Recognise(identity.Name)),
            _ => OtherAsync(response, device, message, identity),
        };
    }

    private async Task AuthenticateAsync(HttpResponse response, IDevice device, Authenticate message, DeviceIdentity identity)
    {
        if (!await topic.IsOursAsync(message.Topic) || await BoundAsync(message.Enrollment.DeviceKey, identity) is not { } binding)
        {
            DeviceAnswers.Refuse(response);
            return;
        }

        var facts = new AuthenticateFacts(
            message.Enrollment.IsUserEnrollment ? EnrollmentKind.User : EnrollmentKind.Device,
            FactsOf(message),
            identity.Name,
            identity.Reference is null ? null : installation.EnrollmentProfile,
            binding.DeviceGroups,
            Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SignInTokenBytes)),
            identity.NotAfter,
            binding.Ownership,
            binding.RegisteredBy);
        var request = new AuthenticateRequest(facts, identity.MayRebind(message.Enrollment.DeviceKey.Value));
        var outcome = await Patient.CallAsync(() => device.Authenticate(request));
        if (outcome == CheckInOutcome.Accepted)
            await expected.TakeAsync(message.Enrollment.DeviceKey, message.SerialNumber);
        DeviceAnswers.Accepts(response, outcome);
    }

    /// <summary>The enrolment reference belongs to the first device that authenticates with it; a given authority's certificate has none.</summary>
    private async Task<EnrolmentBinding?> BoundAsync(EnrollmentId enrolment, DeviceIdentity identity) => identity.Reference is { } reference
        ? await Patient.CallAsync(() => grains.GetGrain<IEnrolmentReference>(reference).Bind(enrolment))
        : new EnrolmentBinding([]);

    private async Task TokenUpdateAsync(HttpResponse response, IDevice device, TokenUpdate message, DeviceIdentity identity)
    {
        if (!await topic.IsOursAsync(message.Topic))
        {
            DeviceAnswers.Refuse(response);
            return;
        }

        var request = new TokenUpdateRequest(
            identity.Name, message.Topic, message.Token, message.PushMagic, message.UnlockToken ?? default, message.AwaitingConfiguration,
            identity.NotAfter);
        await Patient.AnswerAsync(response, () => device.TokenUpdate(request));
    }

    /// <summary>The other messages are answered to devices that are heard.</summary>
    private async Task OtherAsync(HttpResponse response, IDevice device, CheckInMessage message, DeviceIdentity identity)
    {
        if (!await Patient.AnswerAsync(response, () => device.Recognise(identity.Name)))
            return;
        switch (message)
        {
            case UserAuthenticate:
                DeviceAnswers.Refuse(response, DeviceRefusal.UserNotManaged);
                break;
            case DeclarativeManagement declarative:
                await Declarations.AnswerAsync(response, declarative.Endpoint);
                break;
            case SetBootstrapToken or GetBootstrapToken or GetToken:
                await tokens.AnswerAsync(response, device, message);
                break;
            default:
                await DeviceAnswers.Malformed(response, $"{message.MessageType} is not served here.");
                break;
        }
    }

    private static DeviceFacts FactsOf(Authenticate message) => new(
        message.DeviceName,
        message.SerialNumber,
        message.ProductName,
        message.ModelName ?? message.Model,
        message.OSVersion,
        message.BuildVersion);
}
