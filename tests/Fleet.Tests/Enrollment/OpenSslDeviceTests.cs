using System.Diagnostics;
using Mdm.Fleet.Domain.Devices;
using Mdm.Fleet.Fleet.Tests.Devices;
using Mdm.Fleet.Fleet.Tests.Servers;

namespace Mdm.Fleet.Fleet.Tests.Enrollment;

public class OpenSslDeviceTests(FleetFixture fixture) : IClassFixture<FleetFixture>
{
    [Fact]
    [Trait("Requirement", "PR-01")]
    [Trait("Requirement", "PR-02")]
    public async Task A_client_of_openssl_and_curl_alone_enrols_answers_commands_and_renews()
    {
        var fleet = fixture.Fleet;
        var udid = Wire.NewUdid();
        var folder = Directory.CreateTempSubdirectory("fleet-openssl-");
        try
        {
            var authority = Path.Combine(folder.FullName, "https-ca.pem");
            await File.WriteAllTextAsync(authority, fleet.Keys.Servers.Certificate.ExportCertificatePem());
            var link = await fleet.NewEnrolmentAsync();

            var (code, output, errors) = await RunAsync(link.ToString(), authority, udid, folder.FullName);

            Assert.True(code == 0, errors);
            Assert.Equal("answered 2", output.TrimEnd());
            var device = (await fleet.ViewAsync(udid)).Device;
            Assert.Equal(EnrollmentStatus.Enrolled, device.Status);
            Assert.Empty(device.Queue);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        var script = Path.Combine(Repository.Root, "tests", "Fleet.Tests", "Enrollment", "openssl-device.sh");
        using var process = Process.Start(new ProcessStartInfo("bash", [script, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output, await errors);
    }
}
