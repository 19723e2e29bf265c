using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using Mdm.Fleet.Frontend.Devices;
using Mdm.Fleet.Frontend.Web;
using Mdm.Fleet.Grains.Enrollment;
using Mdm.Fleet.Storage.Secrets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Orleans;

namespace Mdm.Fleet.Frontend.Enrollment;

/// <summary>
/// Where a person downloads the enrolment profile. Each download makes a fresh reference and SCEP challenge.
/// </summary>
public sealed class EnrollPage(
    IGrainFactory grains, EnrolmentProfiles profiles, FrontendOptions options, TrustedProxies proxies, TimeProvider time, ILogger<EnrollPage> log)
{
    private const int ReferenceBytes = 16;
    private const int TokenCharsMax = 128;
    private const int FailuresMax = 60;

    /// <summary>How long a downloaded profile may wait for its SCEP request.</summary>
    private static readonly TimeSpan ChallengeLife = TimeSpan.FromHours(24);

    private readonly FailureLimit<IPAddress> _failures = new(time, FailuresMax);

    public async Task AnswerAsync(HttpContext context, string token)
    {
        try
        {
            await ProfileAsync(context, token);
        }
        catch (Exception e)
        {
            await DeviceAnswers.Failed(context, e, log);
        }
    }

    private async Task ProfileAsync(HttpContext context, string token)
    {
        if (await profiles.CurrentTermsAsync() is not { } terms)
        {
            await Page.WriteAsync(
                context.Response, StatusCodes.Status503ServiceUnavailable, "Not ready for enrolment",
                options.PublicUrl is null
                    ? "This server was started without --public-url, the address under which devices reach it."
                    : "This server has no push certificate yet. An administrator has to upload one first.");
            return;
        }

        var key = KeyOf(token);
        if (token.Length > TokenCharsMax || await grains.GetGrain<IEnrolmentToken>(key).Open() is not { } open)
        {
            await RefuseAsync(context);
            return;
        }

        // A download is no use of the token: previews of links and repeated downloads must not burn it. The device that binds is.
        var reference = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(ReferenceBytes));
        var challenge = EnrolmentProfiles.NewChallenge();
        await grains.GetGrain<IEnrolmentReference>(reference).Create(
            challenge, open.Spec.DeviceGroups, time.GetUtcNow() + ChallengeLife, key, terms, open.Spec.Ownership, open.Spec.RegisteredBy);
        await WriteAsync(context.Response, profiles.Signed(terms, reference, challenge));
    }

    /// <summary>A valid link always works: only those that are not are counted, and refused alike beyond the limit.</summary>
    private Task RefuseAsync(HttpContext context) => _failures.Failed(proxies.ClientOf(context))
        ? Page.WriteAsync(context.Response, StatusCodes.Status429TooManyRequests, "Too many attempts", "Please wait a minute and open the link again.")
        : Page.WriteAsync(
            context.Response, StatusCodes.Status404NotFound, "This link is not valid",
            "It may have expired or been used up. Please ask your administrator for a new one.");

    private static Task WriteAsync(HttpResponse response, byte[] profile)
    {
        response.ContentType = "application/x-apple-aspen-config";
        response.ContentLength = profile.Length;
        response.Headers.ContentDisposition = "attachment; filename=\"enroll.mobileconfig\"";
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        return response.Body.WriteAsync(profile, 0, profile.Length);
    }

    private static string KeyOf(string token) => TokenHash.Of(token);
}
