using Mdm.Fleet.Frontend.Keys;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Mdm.Fleet.Frontend.Enrollment;

/// <summary>How a device comes to its identity and profile: <c>/scep</c> and <c>/enroll</c>.</summary>
public static class EnrollmentEndpoints
{
    public const string ScepPath = "/scep";

    /// <summary>Registers what they need.</summary>
    public static IServiceCollection AddEnrollment(this IServiceCollection services) => services
        .AddSingleton<EnrolmentProfiles>()
        .AddSingleton<ScepIssuing>()
        .AddSingleton<ScepEndpoint>()
        .AddSingleton<EnrollPage>();

    /// <summary>Maps them.</summary>
    public static WebApplication MapEnrollment(this WebApplication app)
    {
        var keys = app.Services.GetRequiredService<InstallationKeys>();
        var scep = app.Services.GetRequiredService<ScepEndpoint>();
        var page = app.Services.GetRequiredService<EnrollPage>();
        var root = keys.Servers.Certificate;
        app.MapMethods(ScepPath, [HttpMethods.Get, HttpMethods.Post], scep.AnswerAsync);
        app.MapGet("/enroll/ca.pem", () => Results.Text(root.ExportCertificatePem() + "\n", "application/x-pem-file"));
        app.MapGet("/enroll/ca.crt", () => Results.Bytes(root.RawData, "application/x-x509-ca-cert"));
        app.MapGet("/enroll/{token}", context => page.AnswerAsync(context, (string)context.GetRouteValue("token")!));
        return app;
    }
}
