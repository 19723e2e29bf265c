using System.Net;
using Mdm.Fleet.Domain.Enrollment;
using Mdm.Fleet.Domain.IdentityProviders;
using Mdm.Fleet.Domain.Mail;
using Mdm.Fleet.Domain.Users;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Frontend.Admin.IdentityProviders;
using Mdm.Fleet.Frontend.Devices;
using Mdm.Fleet.Grains.Devices;
using Mdm.Fleet.Grains.IdentityProviders;
using Mdm.Fleet.Grains.Users;
using Mdm.Fleet.Storage.Secrets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Orleans;

namespace Mdm.Fleet.Frontend.SignIn;

/// <summary>A way to a provider: the address and the flow to remember, or why there is none.</summary>
internal sealed record ProviderStart(Uri? Url, PersonFlow? Flow, SignInRefusalCode? Refusal);

/// <summary>
/// Takes people on devices by the word of their identity provider: docs/decisions/0020-identity-providers.md. The order is that of
/// passwords: the user is verified and registers the device, then the device changes owner.
/// </summary>
internal sealed class ProviderDesk(
    IGrainFactory grains, IIdentityProviderClient client, SignInDesk desk, SignInMetrics metrics, AttemptLimits limits, SecretBox box, FrontendOptions options, TimeProvider time, ILogger<ProviderDesk> log)
{
    public const string CallbackPath = "/signin/callback";

    private const int CodeLengthMax = 4_096;

    private static readonly SignInRefusalCode NotThere = new("unknown", StatusCodes.Status404NotFound);
    private static readonly SignInRefusalCode Cancelled = new("idp-cancelled", StatusCodes.Status403Forbidden);
    private static readonly SignInRefusalCode Stale = new("idp-stale", StatusCodes.Status403Forbidden);
    private static readonly SignInRefusalCode Failing = new("idp-failed", StatusCodes.Status403Forbidden);
    private static readonly SignInRefusalCode OtherSubject = new("idp-subject", StatusCodes.Status403Forbidden);
    private static readonly SignInRefusalCode Stranger = new("unknown-person", StatusCodes.Status403Forbidden);

    /// <summary>Where providers send people back to; null = nowhere, as the server does not know its address.</summary>
    public static Uri? RedirectUri(FrontendOptions options) => options.PublicUrl is null ? null : new Uri(options.Address(CallbackPath));

    /// <summary>Hint: the name that the person typed, where they did.</summary>
    public async Task<ProviderStart> Begin(string token, string providerId, string? hint, IPAddress address, CancellationToken cancellationToken)
    {
        if (await desk.Find(token) is not { } device)
            return Refused(NotThere);
        if (!limits.MayTry(device, address, out var wait))
            return Refused(Locked(wait));
        var view = await grains.GetGrain<IDevice>(device.Value).View();
        if (SignInModel.Of(view, "") is { State: not "free" } model)
            return Refused(model.Reason is { } reason ? new SignInRefusalCode(reason, StatusCodes.Status403Forbidden) : new SignInRefusalCode("busy", StatusCodes.Status409Conflict));
        if (await ProviderOf(providerId) is not { } provider || RedirectUri(options) is not { } redirect)
            return Refused(Failing);

        var flow = PersonFlow.Begin(token, provider.Id, view.Device.Epoch, time.GetUtcNow());
        var name = UserName.TryParse(hint, out var typed) ? typed.Value : null;
        var way = await client.AddressAsync(box.OpenSettings(provider), flow.Told(redirect), name, cancellationToken);
        if (way.Url is null)
            log.LogWarning("Nobody can be sent to the identity provider {Provider}: {Fault}", provider.Id, way.Fault);
        return way.Url is null ? Refused(Failing) : new ProviderStart(way.Url, flow, null);
    }

    /// <summary>Null = the device is theirs.</summary>
    public async Task<SignInRefusalCode?> End(PersonFlow flow, IQueryCollection answer, IPAddress address, CancellationToken cancellationToken)
    {
        if (await desk.Find(flow.Token) is not { } device)
            return NotThere;
        return await metrics.SignInAsync("provider", device, null, () => End(device, flow, answer, address, cancellationToken));
    }

    private async Task<SignInRefusalCode?> End(EnrollmentId device, PersonFlow flow, IQueryCollection answer, IPAddress address, CancellationToken cancellationToken)
    {
        if (!limits.MayTry(device, address, out var wait))
            return Locked(wait);
        if (!flow.IsAnsweredBy(answer["state"].ToString()))
            return Failed(device, address, "the state is another browser's");
        if (answer["error"].ToString() is { Length: > 0 } error)
            return error == "access_denied" ? Cancelled : Failed(device, address, $"it answers {(error.Length < 64 ? error : "an error")}");
        if (answer["code"].ToString() is not { Length: > 0 and <= CodeLengthMax } code)
            return Failed(device, address, "there is no code");
        if (await ProviderOf(flow.Provider.Value) is not { } provider || RedirectUri(options) is not { } redirect)
            return Failing;

        var issuer = answer["iss"].ToString();
        var verdict = await client.RedeemAsync(
            box.OpenSettings(provider), flow.Told(redirect), new ProviderAnswer(code, issuer.Length == 0 ? null : issuer), cancellationToken);
        return verdict switch
        {
            ProviderVerdict.Verified { Person: var person } => await Take(device, flow, provider, person),
            ProviderVerdict.Stale { Reason: var reason } => Failed(device, address, reason, Stale),
            ProviderVerdict.Failed { Reason: var reason } => Failed(device, address, reason),
            _ => throw new InvalidOperationException($"No answer to {verdict}."),
        };
    }

    private async Task<SignInRefusalCode?> Take(EnrollmentId device, PersonFlow flow, IdentityProviderView provider, VerifiedPerson person)
    {
        if (!UserName.TryParse(person.UserName, out var name) || name == UserName.Nobody || !Names.IsText(name.Value))
            return Stranger;
        var user = grains.GetGrain<IUser>(name.Value);
        var credentials = await Patient.CallAsync(() => user.VerifiedBy(provider.Id, person.Subject, device));
        if (credentials.Result == CredentialsResult.Wrong && provider.Spec.CreateUsers && await user.Create(Newcomer(person, name, provider.Id), $"identity-provider:{provider.Id}"))
            credentials = await Patient.CallAsync(() => user.VerifiedBy(provider.Id, person.Subject, device));
        return credentials.Result switch
        {
            CredentialsResult.Verified => await desk.Take(device, user, credentials.Facts!, flow.Epoch),
            CredentialsResult.Disabled => new SignInRefusalCode("disabled", StatusCodes.Status403Forbidden),
            CredentialsResult.DeviceLimit => SignInDesk.TooMany,
            CredentialsResult.OtherIdentity => Another(device, name),
            _ => Stranger,
        };
    }

    private SignInRefusalCode Another(EnrollmentId device, UserName name)
    {
        log.LogWarning("The sign-in of {Person} at {Device} is refused: the provider's id of them is not the one that is known", name, device);
        return OtherSubject;
    }

    private static UserSpec Newcomer(VerifiedPerson person, UserName name, IdentityProviderId provider)
    {
        var displayName = person.DisplayName is { Length: > 0 and <= Names.LengthMax } given && Names.IsText(given) ? given : name.Value;
        var email = MailAddress.TryParse(person.Email, null, out var address) ? address.Address : null;
        return new UserSpec(displayName, email, null, null, true, [], provider);
    }

    private async Task<IdentityProviderView?> ProviderOf(string id) =>
        IdentityProviderId.TryParse(id, out var known) && await grains.GetGrain<IIdentityProvider>(known.Value).View() is { Spec.Enabled: true } view ? view : null;

    private SignInRefusalCode Failed(EnrollmentId device, IPAddress address, string reason, SignInRefusalCode? code = null)
    {
        limits.Failed(device, address);
        log.LogWarning("The answer of an identity provider for {Device} is refused: {Reason}", device, reason);
        return code ?? Failing;
    }

    private static ProviderStart Refused(SignInRefusalCode refusal) => new(null, null, refusal);

    private static SignInRefusalCode Locked(TimeSpan wait) => new("locked", StatusCodes.Status429TooManyRequests, wait);
}
