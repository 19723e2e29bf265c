using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Mdm.Fleet.Fleet.Tests.Servers;
using Mdm.Fleet.Fleet.Tests.Shifts;

namespace Mdm.Fleet.Fleet.Tests.Starts;

/// <summary>A start that can't succeed ends with one clear line and no success (DESIGN.md, section 9); as real processes.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class StartTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fleet-start-");

    private string Data => Path.Combine(_folder.FullName, "data");

    [Theory]
    [InlineData("--no-such-option")]
    [InlineData("--public-url", "http://plain.example")]
    [InlineData("--https", "here")]
    [InlineData("--trusted-proxy", "proxy.example")]
    [InlineData("--retention-days", "never")]
    [InlineData("--device-ca", "/no/such/file")]
    [InlineData("--tls-cert", "only-one-of-the-two.pem")]
    [InlineData("--dev-topic", "com.example")]
    [InlineData("--apns-url", "nowhere")]
    public async Task A_bad_option_is_refused_with_one_line(params string[] arguments)
    {
        var (code, _, errors) = await BuiltPrograms.RunAsync("Silo", ["--data", Data, .. arguments]);

        Assert.Equal(2, code);
        AssertOneLine(errors, arguments[0]);
        Assert.False(Directory.Exists(Data));
    }

    [Theory]
    [InlineData("Mdm__PublicUrl", "http://plain.example", "--public-url")]
    [InlineData("Mdm__TrustedProxies", "192.0.2.1, proxy.example", "--trusted-proxy")]
    [InlineData("MDM_MASTER_KEY", "too short", "master key")]
    public async Task What_the_command_line_does_not_say_the_environment_does(string variable, string value, string expected)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [BuiltPrograms.Dll("Silo"), "--data", Data])
        {
            RedirectStandardError = true,
            Environment = { [variable] = value },
        })!;
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.NotEqual(0, process.ExitCode);
        AssertOneLine(errors, expected);
    }

    [Fact]
    public async Task A_store_that_is_none_is_refused_with_one_line()
    {
        var (code, _, errors) = await BuiltPrograms.RunAsync("Silo", "--data", Data, "--store", "oracle:x");

        Assert.NotEqual(0, code);
        AssertOneLine(errors, "sqlite:DIRECTORY or postgres:CONNECTION");
    }

    [Fact]
    public async Task A_busy_port_is_told_in_one_line()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        var (code, _, errors) = await BuiltPrograms.RunAsync("Silo", "--data", Data, "--https", $"127.0.0.1:{port}");

        Assert.Equal(1, code);
        AssertOneLine(errors, port.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task A_folder_that_can_t_be_written_is_told_in_one_line()
    {
        var (code, _, errors) = await BuiltPrograms.RunAsync("Silo", "--data", "/dev/null/data", "--https", "0");

        Assert.Equal(1, code);
        AssertOneLine(errors, "/dev/null");
    }

    [Fact]
    public async Task A_store_in_use_is_told_in_one_line()
    {
        await using var fleet = await TestFleet.StartAsync();

        var (code, _, errors) = await BuiltPrograms.RunAsync("Silo", "--data", fleet.Folder, "--https", "0");

        Assert.Equal(1, code);
        AssertOneLine(errors, fleet.Folder);
    }

    [Fact]
    public async Task Another_master_key_than_the_store_s_is_told_in_one_line()
    {
        await SharedKeys.CopyAsync(_folder.FullName);
        File.WriteAllText(Path.Combine(_folder.FullName, "master.key"), Convert.ToBase64String(new byte[32]));

        var (code, _, errors) = await BuiltPrograms.RunAsync("Silo", "--data", _folder.FullName, "--https", "0");

        Assert.Equal(1, code);
        AssertOneLine(errors, "master key");
    }

    [Fact]
    public async Task A_first_start_shows_the_owner_token_once_and_stops_when_asked()
    {
        await SharedKeys.CopyAsync(_folder.FullName);
        var file = Path.Combine(_folder.FullName, "owner");

        var first = await RunUntilItListensAsync("--owner-token-file", file);
        var second = await RunUntilItListensAsync();

        var token = Assert.Single(first, line => line.StartsWith("Owner token (shown once): ", StringComparison.Ordinal))[26..];
        Assert.Equal(token, (await File.ReadAllTextAsync(file)).TrimEnd());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_folder.FullName, "master.key")));
        Assert.DoesNotContain(second, line => line.Contains("Owner token", StringComparison.Ordinal));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>Starts the server, asks it to stop (SIGTERM) once it listens, and answers what it printed.</summary>
    private async Task<List<string>> RunUntilItListensAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [BuiltPrograms.Dll("Silo"), "--data", _folder.FullName, "--https", "0", .. arguments])
        {
            RedirectStandardOutput = true,
        })!;
        try
        {
            var lines = new List<string>();
            while (await process.StandardOutput.ReadLineAsync() is { } line)
            {
                lines.Add(line);
                if (line.StartsWith("Mdm.Fleet listens on https://127.0.0.1:", StringComparison.Ordinal))
                    Process.Start("kill", [process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]).Dispose();
            }

            await process.WaitForExitAsync();
            Assert.Equal(0, process.ExitCode);
            Assert.Contains(lines, line => line.StartsWith("Mdm.Fleet listens on", StringComparison.Ordinal));
            return lines;
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }

    private static void AssertOneLine(string errors, string expected)
    {
        var line = Assert.Single(errors.TrimEnd().Split('\n'));
        Assert.StartsWith("Mdm.Fleet does not start: ", line, StringComparison.Ordinal);
        Assert.Contains(expected, line, StringComparison.Ordinal);
    }
}
