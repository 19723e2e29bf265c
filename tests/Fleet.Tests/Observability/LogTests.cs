using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Mdm.Fleet.Fleet.Tests.Admin;
using Mdm.Fleet.Fleet.Tests.Servers;
using Mdm.Fleet.Fleet.Tests.Shifts;
using Mdm.Fleet.Storage;

namespace Mdm.Fleet.Fleet.Tests.Observability;

/// <summary>Log lines as those read them who run the server.</summary>
public sealed class LogTests
{
    [Fact]
    public async Task What_an_operator_looks_for_is_a_json_line_with_its_ids_and_no_secret()
    {
        var lines = new LineLog();
        await using var fleet = await TestFleet.StartAsync(extend: lines.Register);
        using var device = await SmallShift.SignInAsync(fleet);

        var enrolled = lines.Of("Enrolled", device.Facts.Udid);
        Assert.Equal(("info", false), (enrolled["level"]!.ToString(), enrolled["again"]!.GetValue<bool>()));
        var refused = lines.Of("SignInRefused", device.Facts.Udid);
        Assert.Equal(("credentials", "password"), (refused["code"]!.ToString(), refused["method"]!.ToString()));
        Assert.Null(refused["user"]);
        await lines.UntilAsync("PushesFail");
        Assert.Equal(TestFleet.Topic, lines.All.First(line => line["event"]?.ToString() == "PushesFail")["topic"]!.ToString());
        var everything = string.Join('\n', lines.All.Select(line => line.ToJsonString()));
        Assert.DoesNotContain(Ward.Password, everything, StringComparison.Ordinal);
        Assert.DoesNotContain("of another one", everything, StringComparison.Ordinal);
        Assert.DoesNotContain(fleet.OwnerToken, everything, StringComparison.Ordinal);
        Assert.DoesNotContain((await fleet.ViewAsync(device.Facts.Udid)).Device.SignInToken!, everything, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_outage_of_the_store_is_told_when_it_begins_and_when_it_ends()
    {
        var lines = new LineLog();
        FaultyStore? store = null;
        await using var fleet = await TestFleet.StartAsync(extend: services =>
        {
            lines.Register(services);
            TestFleet.Still(services);
            FaultyStore.Between(faulty => store = faulty)(services);
        });
        using var browser = fleet.Browser();

        store!.Failure = () => new StoreUnavailableException("down for a test");
        await browser.GetAsync(new Uri("/health/ready", UriKind.Relative));
        await browser.GetAsync(new Uri("/health/ready", UriKind.Relative));
        store.Failure = null;
        await browser.GetAsync(new Uri("/health/ready", UriKind.Relative));

        Assert.Equal(["StoreOutageBegun", "StoreOutageEnded"], lines.All.Select(line => line["event"]?.ToString()).Where(name => name?.StartsWith("StoreOutage", StringComparison.Ordinal) == true));
        Assert.Equal("down for a test", lines.All.First(line => line["event"]?.ToString() == "StoreOutageBegun")["reason"]!.ToString());
    }

    [Fact]
    public async Task A_process_writes_nothing_but_json_lines_on_standard_error_from_start_to_stop()
    {
        var folder = Directory.CreateTempSubdirectory("fleet-log-");
        await SharedKeys.CopyAsync(folder.FullName);
        using var process = Process.Start(new ProcessStartInfo("dotnet", [BuiltPrograms.Dll("Silo"), "--data", folder.FullName, "--https", "0", "--log-format", "json"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("Mdm.Fleet listens on", StringComparison.Ordinal))
                Process.Start("kill", [process.Id.ToString(CultureInfo.InvariantCulture)]).Dispose();
        }

        var lines = (await errors).TrimEnd().Split('\n').Select(line => JsonNode.Parse(line)!).ToList();
        await process.WaitForExitAsync();
        folder.Delete(recursive: true);

        Assert.Equal(["Started", "Draining", "Stopped"], lines.Select(line => line["event"]!.ToString()));
        Assert.Equal("SQLite store " + folder.FullName, lines[0]["store"]!.ToString());
        Assert.All(lines, line => Assert.EndsWith("Z", line["time"]!.ToString(), StringComparison.Ordinal));
    }
}
