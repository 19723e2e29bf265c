using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using Mdm.Fleet.Domain.Enrollment;
using Mdm.Fleet.Domain.Users;
using Mdm.Fleet.Frontend.Devices;
using Mdm.Fleet.Frontend.Enrollment;
using Mdm.Fleet.Frontend.SignIn;
using Mdm.Fleet.Grains.Catalog;
using Mdm.Fleet.Grains.Enrollment;
using Mdm.Fleet.Grains.Users;
using Mdm.Fleet.Storage.Secrets;
using Microsoft.AspNetCore.Http;
using Orleans;

namespace Mdm.Fleet.Frontend.Register;

/// <summary>What came of a registration: where the profile is, or why there is none.</summary>
public sealed record RegisterAnswer(string? Path, SignInRefusalCode? Refusal);

/// <summary>
/// Lets people enrol a device by themselves, with what their settings allow (UG-07): they get an enrolment token for one device, which lasts an hour.
/// </summary>
public sealed class RegisterDesk(IGrainFactory grains, EnrolmentProfiles profiles, AttemptLimits limits, TimeProvider time)
{
    private static readonly TimeSpan TokenLife = TimeSpan.FromHours(1);

    private static readonly RegisterAnswer NotReady = Refused("not-ready", StatusCodes.Status503ServiceUnavailable);

    public async Task<RegisterAnswer> RegisterAsync(string userName, string secret, IPAddress address)
    {
        if (!limits.MayTry(address, out var wait))
            return new RegisterAnswer(null, new SignInRefusalCode("locked", StatusCodes.Status429TooManyRequests, wait));
        if (!UserName.TryParse(userName, out var name) || name == UserName.Nobody || secret.Length is 0 or > PasswordRules.LengthMax)
            return Failed(address);
        if (await profiles.CurrentTermsAsync() is null)
            return NotReady;
        var user = grains.GetGrain<IUser>(name.Value);
        var credentials = await Patient.CallAsync(() => user.Register(secret, PlaceOf(address)));
        return credentials.Result switch
        {
            CredentialsResult.Verified => new RegisterAnswer(await TokenAsync(credentials.Facts!.Person), null),
            CredentialsResult.Wrong => Failed(address),
            CredentialsResult.Locked => new RegisterAnswer(null, new SignInRefusalCode("locked", StatusCodes.Status429TooManyRequests, TimeSpan.FromSeconds(30))),
            CredentialsResult.Disabled => Refused("disabled", StatusCodes.Status403Forbidden),
            CredentialsResult.NotAllowed => Refused("not-allowed", StatusCodes.Status403Forbidden),
            CredentialsResult.UserEnrollment => Refused("user-enrollment", StatusCodes.Status403Forbidden),
            CredentialsResult.DeviceLimit => new RegisterAnswer(null, SignInDesk.TooMany),
            _ => throw new InvalidOperationException($"No answer to {credentials.Result}."),
        };
    }

    /// <summary>Where the profile of the person's device is, for one device and for an hour.</summary>
    private async Task<string> TokenAsync(Domain.Devices.Owner person)
    {
        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(24));
        var settings = (await grains.GetGrain<ICatalog>(ICatalog.Key).Read()).Compiled.SettingsOf(person).Values;
        var spec = new EnrolmentTokenSpec($"Registered by {person.User}", [], 1, time.GetUtcNow() + TokenLife, settings.OwnershipOf(AppleEnrollmentType.Device), person.User);
        await grains.GetGrain<IEnrolmentToken>(TokenHash.Of(token)).Create(spec, PersonActs.By(person.User.Value));
        return $"/enroll/{token}";
    }

    private RegisterAnswer Failed(IPAddress address)
    {
        limits.Failed(address);
        return Refused("credentials", StatusCodes.Status403Forbidden);
    }

    /// <summary>A name is locked where it was guessed and nowhere else, as at a device.</summary>
    private static EnrollmentId PlaceOf(IPAddress address) =>
        EnrollmentId.Parse("register-" + Convert.ToHexStringLower(SHA256.HashData(address.GetAddressBytes()))[..32]);

    private static RegisterAnswer Refused(string code, int status) => new(null, new SignInRefusalCode(code, status));
}
