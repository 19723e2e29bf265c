using System.Net;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Devices;
using Mdm.Fleet.Domain.Enrollment;
using Mdm.Fleet.Domain.IdentityProviders;
using Mdm.Fleet.Domain.Users;
using Mdm.Fleet.Frontend.Devices;
using Mdm.Fleet.Grains.Catalog;
using Mdm.Fleet.Grains.Devices;
using Mdm.Fleet.Grains.Users;
using Mdm.Fleet.Storage;
using Microsoft.AspNetCore.Http;
using Orleans;

namespace Mdm.Fleet.Frontend.SignIn;

/// <summary>Why a form was not obeyed: a code that the page and the JSON twin know, and the status of the latter.</summary>
public sealed record SignInRefusalCode(string Code, int Status, TimeSpan? RetryAfter = null)
{
    /// <summary>Who verifies the person instead of a password here.</summary>
    public IdentityProviderId? Provider { get; init; }
}

/// <summary>
/// Takes people on and off devices: the user verifies and registers the device, then the device changes owner. What the address alone
/// allows is written in docs/decisions/0012-sign-in-address.md.
/// </summary>
public sealed class SignInDesk(IGrainFactory grains, IRecordStore store, AttemptLimits limits, SignInProviders providers, SignInMetrics metrics)
{
    private static readonly SignInRefusalCode NoDevice = new("unknown", StatusCodes.Status404NotFound);
    private static readonly SignInRefusalCode SessionOver = new("session-over", StatusCodes.Status409Conflict);
    private static readonly SignInRefusalCode NoSuchApp = new("app-not-offered", StatusCodes.Status403Forbidden);
    private static readonly SignInRefusalCode Wrong = new("credentials", StatusCodes.Status403Forbidden);

    /// <summary>Why the person may not take one more device (UG-07).</summary>
    internal static SignInRefusalCode TooMany { get; } = new("device-limit", StatusCodes.Status409Conflict);

    /// <summary>By itself: the page was read again without anyone asking, which is no sign of a person.</summary>
    public async Task<SignInModel> Look(string token, string csrf, bool byItself = false)
    {
        if (await Find(token) is not { } id)
            return SignInModel.Unavailable("unknown", csrf);
        var device = grains.GetGrain<IDevice>(id.Value);
        return await providers.OfferOn(SignInModel.Of(byItself ? await device.View() : await device.Visit(), csrf), token);
    }

    /// <summary>Null = the device is theirs.</summary>
    public async Task<SignInRefusalCode?> SignIn(string token, string userName, string password, IPAddress address)
    {
        if (await Find(token) is not { } device)
            return NoDevice;
        return await metrics.SignInAsync("password", device, userName, () => SignIn(device, userName, password, address));
    }

    private async Task<SignInRefusalCode?> SignIn(EnrollmentId device, string userName, string password, IPAddress address)
    {
        if (!limits.MayTry(device, address, out var wait))
            return new SignInRefusalCode("locked", StatusCodes.Status429TooManyRequests, wait);
        if (!UserName.TryParse(userName, out var name) || name == UserName.Nobody || password.Length is 0 or > 1024)
            return Failed(device, address, Wrong);
        if (await IsHeldByAnother(device, name))
            return new SignInRefusalCode("busy", StatusCodes.Status409Conflict);

        var user = grains.GetGrain<IUser>(name.Value);
        var credentials = await Patient.CallAsync(() => user.Verify(password, device));
        return credentials.Result switch
        {
            CredentialsResult.Verified => await Take(device, user, credentials.Facts!),
            CredentialsResult.Wrong => Failed(device, address, Wrong),
            CredentialsResult.PinOnly => Failed(device, address, new SignInRefusalCode("pin", StatusCodes.Status403Forbidden)),
            CredentialsResult.DeviceLimit => TooMany,
            CredentialsResult.Disabled => new SignInRefusalCode("disabled", StatusCodes.Status403Forbidden),
            CredentialsResult.IdentityProvider =>
                Failed(device, address, new SignInRefusalCode("identity-provider", StatusCodes.Status403Forbidden) { Provider = credentials.Provider }),
            CredentialsResult.Locked => new SignInRefusalCode("locked", StatusCodes.Status429TooManyRequests, TimeSpan.FromSeconds(30)),
            _ => throw new InvalidOperationException($"No answer to {credentials.Result}."),
        };
    }

    /// <summary>Null = the session of that epoch is over, whether by this request or an earlier one.</summary>
    public async Task<SignInRefusalCode?> SignOut(string token, long epoch)
    {
        if (await Find(token) is not { } device)
            return NoDevice;
        return await metrics.SignOutAsync(device, () => SignOut(device, epoch));
    }

    private async Task<SignInRefusalCode?> SignOut(EnrollmentId device, long epoch)
    {
        var grain = grains.GetGrain<IDevice>(device.Value);
        var before = (await grain.View()).Device.Owner;
        var revision = await Revision();
        var after = await Patient.CallAsync(() => grain.SignOut(epoch, "person", revision));
        if (!before.IsNobody && after.Device.Owner.User != before.User)
            await Patient.CallAsync(() => grains.GetGrain<IUser>(before.User.Value).Released(device));
        return null;
    }

    /// <summary>Null = an optional app is asked for in the session of that epoch, or is wanted no more.</summary>
    public async Task<SignInRefusalCode?> Ask(string token, string app, bool wanted, long epoch)
    {
        if (await Find(token) is not { } device)
            return NoDevice;
        if (!ItemId.TryParse(app, out var item))
            return NoSuchApp;
        var revision = await Revision();
        var after = (await Patient.CallAsync(() => grains.GetGrain<IDevice>(device.Value).Ask(item, wanted, epoch, revision))).Device;
        return after.Owner.IsNobody || after.Epoch != epoch ? SessionOver
            : wanted && !after.Asked.Contains(item) ? NoSuchApp
            : null;
    }

    /// <summary>BegunIn: the device's epoch when a person set out for their identity provider; null = they are verified here and now.</summary>
    internal async Task<SignInRefusalCode?> Take(EnrollmentId device, IUser user, UserFacts facts, long? begunIn = null)
    {
        var request = new SignInRequest(facts, await Revision(), begunIn);
        var reply = await Patient.CallAsync(() => grains.GetGrain<IDevice>(device.Value).SignIn(request));
        await user.SignInEnded(device);
        if (reply.Refusal is not { } refusal)
            return null;
        if (reply.View.Device.Owner.User != facts.User)
            await Patient.CallAsync(() => user.Released(device));
        return refusal switch
        {
            SignInRefusal.Held => new SignInRefusalCode("busy", StatusCodes.Status409Conflict),
            SignInRefusal.NotOffered => new SignInRefusalCode("not-offered", StatusCodes.Status403Forbidden),
            SignInRefusal.Overtaken => new SignInRefusalCode("idp-stale", StatusCodes.Status409Conflict),
            SignInRefusal.NotEnrolled => new SignInRefusalCode("not-enrolled", StatusCodes.Status409Conflict),
            _ => throw new InvalidOperationException($"No answer to {refusal}."),
        };
    }

    /// <summary>What was published before this request is in what it asks for, whichever silo plans it.</summary>
    private Task<long> Revision() => grains.GetGrain<ICatalog>(ICatalog.Key).Revision();

    private async Task<bool> IsHeldByAnother(EnrollmentId device, UserName name)
    {
        var owner = (await grains.GetGrain<IDevice>(device.Value).View()).Device.Owner;
        return !owner.IsNobody && owner.User != name;
    }

    private SignInRefusalCode Failed(EnrollmentId device, IPAddress address, SignInRefusalCode code)
    {
        limits.Failed(device, address);
        return code;
    }

    internal async Task<EnrollmentId?> Find(string token)
    {
        var page = await store.QueryAsync(new IndexQuery("device", Tag: DeviceRecord.SignInTag(token), Limit: 1));
        return page.Rows.Length == 1 && EnrollmentId.TryParse(page.Rows[0].Key, out var id) ? id : null;
    }
}
