using System.Net;
using System.Text.RegularExpressions;
using Mdm.Fleet.Fleet.Tests.Servers;
using Mdm.Fleet.Grains.Devices;
using Mdm.Fleet.LoadSim.Devices;
using Mdm.Fleet.Protocol.Tests.Samples;
using Mdm.Fleet.Storage;
using Orleans.Runtime;

namespace Mdm.Fleet.Fleet.Tests.Devices;

/// <summary>A device that gets a bare 401 removes its enrolment: only an admin's explicit act may lead to one (PR-03).</summary>
[Trait("Requirement", "PR-03")]
public partial class UnenrolTests
{
    [Fact]
    public async Task Only_a_device_that_an_admin_retired_is_told_to_unenrol()
    {
        await using var fleet = await TestFleet.StartAsync();
        using var retired = await (await Wire.NewAsync(fleet)).EnrolledAsync();
        using var other = await (await Wire.NewAsync(fleet)).EnrolledAsync();

        Assert.True(await fleet.Grains.GetGrain<IDevice>(retired.Udid).Retire("an admin"));
        using (var response = await retired.IdleAsync())
        {
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            var command = await response.Content.ReadAsStringAsync();
            Assert.Contains("RemoveProfile", command, StringComparison.Ordinal);
            Assert.Contains(fleet.Keys.Installation.EnrollmentProfile, command, StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.OK, await retired.CheckOutAsync().StatusAsync());
        using (var response = await retired.IdleAsync())
        {
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            Assert.Empty(response.Headers.WwwAuthenticate);
            Assert.Empty(await response.Content.ReadAsByteArrayAsync());
        }

        Assert.Equal(HttpStatusCode.OK, await other.IdleAsync().StatusAsync());
    }

    [Fact]
    public async Task A_simulated_device_obeys_its_retirement()
    {
        await using var fleet = await TestFleet.StartAsync();
        var facts = DeviceFacts.Of(seed: 3, number: 1);
        using var device = new SimulatedDevice(facts, new DeviceOptions(), fleet.Roots, TimeProvider.System, seed: 1);
        await device.EnrolAsync(await fleet.NewEnrolmentAsync(), CancellationToken.None);

        await fleet.Grains.GetGrain<IDevice>(facts.Udid).Retire("an admin");
        await device.ConnectAsync(CancellationToken.None);

        Assert.False(device.Enrolled);
        Assert.Equal(Domain.Devices.EnrollmentStatus.Retired, (await fleet.ViewAsync(facts.Udid)).Device.Status);
    }

    [Fact]
    public async Task An_empty_store_under_enrolled_devices_unenrols_none()
    {
        await using var before = await TestFleet.StartAsync();
        using var identity = await Wire.IssueAsync(before);
        using var known = await Wire.With(before, identity).EnrolledAsync();
        await using var empty = await TestFleet.StartAsync(ownKeys: true);
        using var wire = Wire.With(empty, identity, udid: known.Udid);
        using var sameAuthority = await Wire.NewAsync(empty, udid: known.Udid);

        foreach (var sent in (Func<Wire, Task<HttpResponseMessage>>[])[w => w.IdleAsync(), w => w.TokenUpdateAsync(), w => w.CheckOutAsync()])
        {
            Assert.Equal(HttpStatusCode.Forbidden, await sent(wire).StatusAsync());
            Assert.Equal(HttpStatusCode.Forbidden, await sent(sameAuthority).StatusAsync());
        }
    }

    [Fact]
    public async Task A_store_from_before_the_enrolment_unenrols_none()
    {
        await using var fleet = await TestFleet.StartAsync();
        using var identity = await Wire.IssueAsync(fleet);
        var older = Directory.CreateTempSubdirectory("fleet-older-");
        try
        {
            await fleet.Store.CopyToAsync(older.FullName);
            using var wire = await Wire.With(fleet, identity).EnrolledAsync();
            await fleet.StopAsync();
            await fleet.StartAgainAsync(options => options with { Store = new StoreOptions(StoreEngine.Sqlite, older.FullName) });

            Assert.Equal(HttpStatusCode.Forbidden, await wire.IdleAsync().StatusAsync());
            Assert.Equal(HttpStatusCode.Forbidden, await wire.TokenUpdateAsync().StatusAsync());
        }
        finally
        {
            await fleet.StopAsync();
            older.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Whatever_fails_behind_the_edge_nobody_is_told_to_unenrol()
    {
        FaultyStore? store = null;
        await using var fleet = await TestFleet.StartAsync(extend: FaultyStore.Between(faulty => store = faulty));
        using var enrolled = await (await Wire.NewAsync(fleet)).EnrolledAsync();
        using var unknown = await Wire.NewAsync(fleet);
        (Func<Exception> Failure, HttpStatusCode Expected)[] failures =
        [
            (() => new StoreUnavailableException("down"), HttpStatusCode.ServiceUnavailable),
            (() => new TimeoutException(), HttpStatusCode.ServiceUnavailable),
            (() => new SiloUnavailableException(), HttpStatusCode.ServiceUnavailable),
            (() => new InvalidOperationException("a defect"), HttpStatusCode.InternalServerError),
            (() => new UnauthorizedAccessException("a defect"), HttpStatusCode.InternalServerError),
        ];

        foreach (var (failure, expected) in failures)
        {
            store!.Failure = failure;
            using var response = await unknown.AuthenticateAsync();
            Assert.Equal(expected, response.StatusCode);
            Assert.Equal(expected == HttpStatusCode.ServiceUnavailable, response.Headers.RetryAfter is not null);
            Assert.Empty(await response.Content.ReadAsByteArrayAsync());
            Assert.NotEqual(HttpStatusCode.Unauthorized, await enrolled.CheckOutAsync().StatusAsync());
        }

        store!.Failure = null;
        Assert.Equal(HttpStatusCode.OK, await enrolled.IdleAsync().StatusAsync());
        Assert.Equal(HttpStatusCode.OK, await unknown.AuthenticateAsync().StatusAsync());
    }

    [Fact]
    public async Task No_request_of_the_devices_side_leads_to_401_by_accident()
    {
        await using var fleet = await TestFleet.StartAsync();
        using var nobody = Wire.With(fleet, identity: null);
        using var stranger = await Wire.NewAsync(fleet);
        string[] paths = ["/mdm/checkin", "/mdm/connect", "/scep", "/scep?operation=PKIOperation", "/scep?operation=GetCACert", "/enroll/x", "/mdm", "/mdm/other"];
        string?[] types = [Wire.CheckInType, Wire.ConnectType, null, "application/json"];
        var statuses = new List<HttpStatusCode>();

        foreach (var path in paths)
        foreach (var method in (string[])["GET", "PUT", "POST", "PATCH"])
        foreach (var type in types)
        foreach (var wire in (Wire[])[nobody, stranger])
            statuses.Add(await wire.SendAsync(path, type, SampleFiles.Get("11"), method).StatusAsync());
        foreach (var sample in SampleFiles.All.Values.Where(bytes => bytes.Length < 100_000))
            statuses.Add(await stranger.SendAsync("/mdm/checkin", Wire.CheckInType, sample).StatusAsync());

        Assert.DoesNotContain(HttpStatusCode.Unauthorized, statuses);
    }

    [Fact]
    public void One_function_alone_can_answer_401_on_the_devices_side()
    {
        var frontend = Path.Combine(Repository.Root, "src", "Frontend");
        var sources = new[] { "Devices", "Enrollment", "Keys", "Web", "SignIn" }
            .SelectMany(folder => Directory.GetFiles(Path.Combine(frontend, folder), "*.cs"))
            .Concat(Directory.GetFiles(frontend, "*.cs"))
            .ToDictionary(file => Path.GetFileName(file), file => Comment().Replace(File.ReadAllText(file), ""));

        var (name, source) = Assert.Single(sources, file => Status401().IsMatch(file.Value));
        Assert.Equal("DeviceAnswers.cs", name);
        Assert.Single(Status401().Matches(source));
        Assert.Single(Regex.Matches(source, @"\bUnenrol\(response\)"));
        Assert.Contains("case CheckInOutcome.Ended:\n                Unenrol(response);", source, StringComparison.Ordinal);
        Assert.DoesNotContain(sources, file => file.Value.Contains("com.apple.unrecognized.device", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"^\s*//.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"\b401\b|Unauthorized\b(?!Access)|ChallengeAsync|Results\.Challenge|AddAuthentication")]
    private static partial Regex Status401();
}
