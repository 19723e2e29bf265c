using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Mdm.Fleet.Fleet.Tests.Servers;
using Mdm.Fleet.Fleet.Tests.Shifts;
using Mdm.Fleet.Silo;
using Mdm.Fleet.Storage;
using Mdm.Fleet.Storage.Tests;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Mdm.Fleet.Fleet.Tests.Starts;

/// <summary>A start that can't succeed ends with one clear line and no success (DESIGN.md, section 9); as real processes.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class StartTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fleet-start-");

    private string Data => Path.Combine(_folder.FullName, "data");

    [Theory]
    [InlineData("--no-such-option")]
    [InlineData("--public-url", "http://plain.example")]
    [InlineData("--https", "here")]
    [InlineData("--trusted-proxy", "proxy.example")]
    [InlineData("--trusted-proxy", "10.0.0.0/33")]
    [InlineData("--retention-days", "never")]
    [InlineData("--device-ca", "/no/such/file")]
    [InlineData("--tls-cert", "only-one-of-the-two.pem")]
    [InlineData("--dev-topic", "com.example")]
    [InlineData("--apns-url", "nowhere")]
    [InlineData("--metrics", "here")]
    [InlineData("--otlp", "grpc://collector")]
    [InlineData("--trace-ratio", "2")]
    [InlineData("--log-format", "xml")]
    [InlineData("--drain-seconds", "long")]
    [InlineData("--role", "everything")]
    [InlineData("--role", "silo")]
    [InlineData("--silo-port", "many")]
    [InlineData("--streams", "adonet")]
    [InlineData("--grain-storage", "adonet")]
    [InlineData("--clustering", "kubernetes")]
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
    public async Task An_address_that_is_not_this_machines_is_told_in_one_line()
    {
        var (code, _, errors) = await BuiltPrograms.RunAsync("Silo", "--data", Data, "--https", "192.0.2.1:8443");

        Assert.Equal(1, code);
        AssertOneLine(errors, "assign requested address");
    }

    [Fact]
    public async Task A_token_file_of_an_earlier_store_goes_before_anyone_can_read_it()
    {
        await using var fleet = await TestFleet.StartAsync();
        var file = Path.Combine(Directory.CreateDirectory(Data).FullName, "owner-token");
        await File.WriteAllTextAsync(file, "of the store that is in use");
        await Silo.Start.OwnerToken.DropStaleFileAsync(fleet.Store, file);
        Assert.True(File.Exists(file));

        await using var empty = await RecordStores.OpenAsync(StoreOptions.Parse($"sqlite:{Path.Combine(Data, "new")}"));
        await Silo.Start.OwnerToken.DropStaleFileAsync(empty, file);
        Assert.False(File.Exists(file));
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

        var first = await RunUntilItListensAsync();
        var second = await RunUntilItListensAsync();

        Assert.Single(first, line => line.StartsWith("Owner token (shown once): fleet_", StringComparison.Ordinal));
        Assert.DoesNotContain(second, line => line.Contains("Owner token", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_that_is_asked_to_stop_takes_the_time_that_draining_takes() =>
        await RunUntilItListensAsync("--drain-seconds", "3");

    [Fact]
    public async Task An_owner_token_that_goes_into_a_file_is_shown_nowhere_else()
    {
        await SharedKeys.CopyAsync(_folder.FullName);
        var file = Path.Combine(_folder.FullName, "owner");

        var lines = await RunUntilItListensAsync("--owner-token-file", file);

        Assert.Contains($"Owner token written to {file}", lines);
        Assert.StartsWith("fleet_", await File.ReadAllTextAsync(file), StringComparison.Ordinal);
        Assert.DoesNotContain(lines, line => line.Contains("fleet_", StringComparison.Ordinal));
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(file));
    }

    [Fact]
    public async Task A_data_folder_and_its_files_are_their_owner_s_alone()
    {
        var options = new FleetOptions { DataDirectory = Data, Store = new StoreOptions(StoreEngine.Sqlite, Data), Logs = false };
        await using var app = await FleetServer.CreateAsync(options);
        var copy = Path.Combine(Data, "copy");
        await app.Services.GetRequiredService<IRecordStore>().CopyToAsync(copy);

        Assert.All([Data, copy], folder => Assert.Equal(OwnerOnly | UnixFileMode.UserExecute, File.GetUnixFileMode(folder)));
        var files = Directory.GetFiles(Data, "*", SearchOption.AllDirectories);
        Assert.Superset(new HashSet<string?> { "master.key", "owner.lock", "fleet.db", "fleet.db-wal" }, files.Select(Path.GetFileName).ToHashSet());
        Assert.All(files, file => Assert.Equal(OwnerOnly, File.GetUnixFileMode(file)));
    }

    [Fact]
    public async Task A_server_whose_store_another_owns_now_ends_without_success()
    {
        await using var cluster = await PostgresCluster.StartNewAsync();
        var address = await cluster.NewDatabaseAsync();
        await using var source = NpgsqlDataSource.Create(StoreOptions.Parse("postgres:" + address).Target);
        await using var rival = await source.OpenConnectionAsync();

        var (code, lines) = await RunAsync(["--store", "postgres:" + address], async _ =>
        {
            await using var waiting = new NpgsqlCommand("SELECT pg_advisory_lock(x'4D444D466C656574'::bigint)", rival);
            var taking = waiting.ExecuteNonQueryAsync();
            await using var ending = source.CreateCommand(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'mdm-fleet owner' AND datname = current_database()");
            await ending.ExecuteNonQueryAsync();
            await taking;
        });

        Assert.Equal(1, code);
        Assert.Contains(lines, line => line.StartsWith("Mdm.Fleet listens on", StringComparison.Ordinal));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>Starts the server, asks it to stop (SIGTERM) once it listens, and answers what it printed.</summary>
    private async Task<List<string>> RunUntilItListensAsync(params string[] arguments)
    {
        var (code, lines) = await RunAsync(arguments, process =>
        {
            Process.Start("kill", [process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]).Dispose();
            return Task.CompletedTask;
        });
        Assert.Equal(0, code);
        Assert.Contains(lines, line => line.StartsWith("Mdm.Fleet listens on", StringComparison.Ordinal));
        return lines;
    }

    private async Task<(int Code, List<string> Lines)> RunAsync(string[] arguments, Func<Process, Task> onceItListens)
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
                    await onceItListens(process);
            }

            await process.WaitForExitAsync();
            return (process.ExitCode, lines);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }

    internal static void AssertOneLine(string errors, string expected)
    {
        var line = Assert.Single(errors.TrimEnd().Split('\n'));
        Assert.StartsWith("Mdm.Fleet does not start: ", line, StringComparison.Ordinal);
        Assert.Contains(expected, line, StringComparison.Ordinal);
    }
}
