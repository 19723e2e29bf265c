using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Mdm.Fleet.Fleet.Tests.Servers;
using Mdm.Fleet.Fleet.Tests.Shifts;
using Mdm.Fleet.Storage.Tests;

namespace Mdm.Fleet.Fleet.Tests.Mail;

/// <summary>What was answered with 202 is sent, whatever happens to the process.</summary>
[Trait("Requirement", "UG-01")]
public sealed class KilledServerTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fleet-killed-");

    private string TokenFile => Path.Combine(_folder.FullName, "owner-token");

    [Fact]
    public async Task An_invitation_outlives_a_server_that_is_killed_between_its_answer_and_its_mail()
    {
        await SharedKeys.CopyAsync(_folder.FullName);
        var (smtp, http) = (FreePorts.Next(), FreePorts.Next());
        using (var first = await StartAsync(http))
        {
            using var admin = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{http}/api/v1/") };
            admin.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await File.ReadAllTextAsync(TokenFile)).Trim());
            await DoAsync(admin.PutAsJsonAsync("mail/settings", new { host = "localhost", port = smtp, security = "none", from = "f@ward.example" }), HttpStatusCode.OK);
            await DoAsync(admin.PostAsJsonAsync("users", new { userName = "anna", displayName = "Anna", email = "anna@ward.example" }), HttpStatusCode.Created);
            await DoAsync(admin.PostAsync("users/anna/invitation", null), HttpStatusCode.Accepted);
            first.Kill();
            await first.WaitForExitAsync();
        }

        await using var peer = await SmtpPeer.StartAsync(new PeerOptions(Port: smtp));
        using var second = await StartAsync(http);
        try
        {
            var mail = await peer.NextAsync();
            Assert.Equal("anna@ward.example", mail.To.Single());
            Assert.Contains($"https://127.0.0.1:{http}/invitation/", mail.Text, StringComparison.Ordinal);
        }
        finally
        {
            second.Kill();
            await second.WaitForExitAsync();
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static async Task DoAsync(Task<HttpResponseMessage> request, HttpStatusCode expected)
    {
        using var response = await request;
        Assert.Equal(expected, response.StatusCode);
    }

    private async Task<Process> StartAsync(int http)
    {
        string[] arguments =
        [
            BuiltPrograms.Dll("Silo"), "--data", _folder.FullName, "--https", "off", "--http", $"{http}", "--public-url", $"https://127.0.0.1:{http}", "--owner-token-file", TokenFile,
        ];
        var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true })!;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("Mdm.Fleet listens on", StringComparison.Ordinal))
                return process;
        }

        throw new InvalidOperationException("The server did not start.");
    }
}
