using System.Diagnostics;
using System.Net;
using Mdm.Fleet.Fleet.Tests.Servers;

namespace Mdm.Fleet.Fleet.Tests.Admin;

/// <summary>Acts of admins leave lines, and a line that is changed behind the server's back does not go unseen.</summary>
public sealed class AuditTests
{
    [Fact]
    public async Task Every_act_is_told_with_who_did_it()
    {
        await using var fleet = await TestFleet.StartAsync();
        using var admin = new ApiClient(fleet);
        await admin.MakeAsync("user-groups", new { name = "Night shift" });
        await Ward.HireAsync(admin, "ida", "night-shift");
        using var device = await Ward.EnrolAsync(fleet);
        (await admin.PostAsync($"devices/{device.Facts.Udid}/retire")).Is(HttpStatusCode.Accepted);

        var told = await LinesAsync(admin);
        Assert.Contains(("owner", "Create group", "userGroup", "night-shift"), told);
        Assert.Contains(("owner", "Create user", "user", "ida"), told);
        Assert.Contains(("owner", "Retire", "device", device.Facts.Udid), told);
        var verdict = (await admin.GetAsync("audit/verification")).Is(HttpStatusCode.OK);
        Assert.Equal(("true", told.Count.ToString(System.Globalization.CultureInfo.InvariantCulture)), (verdict.Text("intact"), verdict.Text("lines")));
    }

    [Theory]
    [InlineData("UPDATE events SET data = cast(replace(cast(data as text), 'owner', 'other') as blob) WHERE type = 'audit' AND instr(cast(data as text), 'Create user')")]
    [InlineData("DELETE FROM events WHERE type = 'audit' AND instr(cast(data as text), 'Create user')")]
    public async Task A_line_that_was_changed_or_taken_away_breaks_the_chain(string tampering)
    {
        await using var fleet = await TestFleet.StartAsync();
        using (var admin = new ApiClient(fleet))
        {
            await Ward.HireAsync(admin, "ida");
            await Ward.HireAsync(admin, "ole");
            Assert.Equal("true", (await admin.GetAsync("audit/verification")).Text("intact"));
        }

        await fleet.StopAsync();
        await TamperAsync(Directory.GetFiles(fleet.Folder, "*.db").Single(), tampering);
        await fleet.StartAgainAsync();

        using var again = new ApiClient(fleet);
        var verdict = (await again.GetAsync("audit/verification")).Is(HttpStatusCode.OK);
        Assert.Equal("false", verdict.Text("intact"));
        Assert.NotEmpty(verdict.Text("brokenAt"));
    }

    private static async Task<List<(string By, string Act, string Kind, string Key)>> LinesAsync(ApiClient admin)
    {
        var lines = new List<(string, string, string, string)>();
        for (var after = "0"; after is not null;)
        {
            var page = (await admin.GetAsync($"audit?limit=2&after={after}")).Is(HttpStatusCode.OK);
            lines.AddRange(page.Json!["items"]!.AsArray().Select(line => (line!["by"]!.ToString(), line["act"]!.ToString(), line["kind"]!.ToString(), line["key"]!.ToString())));
            after = page.Json["next"]?.ToString();
        }

        return lines;
    }

    /// <summary>What somebody with the file could do: the store itself has no call that changes a line.</summary>
    private static async Task TamperAsync(string database, string sql)
    {
        const string Script = """
            import sqlite3, sys
            store = sqlite3.connect(sys.argv[1])
            changed = store.execute(sys.argv[2]).rowcount
            store.commit()
            sys.exit(0 if changed > 0 else 3)
            """;
        using var python = Process.Start(new ProcessStartInfo("python3", ["-c", Script, database, sql]))!;
        await python.WaitForExitAsync();
        Assert.Equal(0, python.ExitCode);
    }
}
