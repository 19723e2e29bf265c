using Mdm.Fleet.LoadSim.Load;

namespace Mdm.Fleet.LoadSim.Tests.Load;

public sealed class LoadRunTests : IDisposable
{
    private const int Devices = 10;
    private readonly string _folder = Directory.CreateTempSubdirectory("load-tests").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Enrolment_sends_two_messages_for_each_device_with_its_own_certificate()
    {
        await using var server = await CommandServer.StartAsync();

        var report = Run(server, Workload.Enrol);

        Assert.Equal(0, report.Errors);
        Assert.Equal((Devices, Devices), (server.Said["Authenticate"], server.Said["TokenUpdate"]));
        Assert.Equal([.. Enumerable.Range(0, Devices).Select(device => $"CN={DeviceCertificates.UdidOf(device)}")], server.Subjects.Keys.Order());
    }

    [Fact]
    public async Task A_cycle_is_an_order_its_command_and_its_result()
    {
        await using var server = await CommandServer.StartAsync();

        var report = Run(server, Workload.Cycle);

        Assert.Equal(0, report.Errors);
        Assert.True(server.Said["Acknowledged"] > 0, server.ToString());
        Assert.Equal(server.Said["Acknowledged"] + Devices, server.Said["Idle"]);
    }

    [Theory]
    [InlineData(Workload.TokenUpdate, false)]
    [InlineData(Workload.TokenUpdateNew, true)]
    public async Task A_token_changes_only_when_it_should(Workload workload, bool changes)
    {
        await using var server = await CommandServer.StartAsync();

        Run(server, workload);

        Assert.True(server.Tokens.Count > Devices);
        Assert.Equal(changes, server.Tokens.Distinct().Count() > Devices);
        Assert.All(server.Tokens, token => Assert.Equal(64, token.Length));
    }

    [Fact]
    public async Task Refusals_are_errors_and_end_the_run_before_its_time()
    {
        await using var server = await CommandServer.StartAsync();
        server.Status = 503;

        var report = Run(server, Workload.TokenUpdate, TimeSpan.FromHours(1));

        Assert.True(report.Errors > 0);
        Assert.Equal(0, report.OperationsPerSecond);
        Assert.NotNull(report.FirstError);
    }

    [Fact]
    public async Task What_an_operation_costs_the_server_is_told_where_its_process_is_known()
    {
        await using var server = await CommandServer.StartAsync();
        var known = Run(server, Workload.Idle, serverProcess: Environment.ProcessId);
        Assert.True(known.ServerCpuMicroseconds > 0);
        Assert.True(known.SentBytes > 100);
        Assert.True(known.ReceivedBytes > 0);
        Assert.Null(Run(server, Workload.Idle).ServerCpuMicroseconds);
    }

    [Fact]
    public void Certificates_are_kept_and_a_larger_fleet_gets_new_ones()
    {
        var first = DeviceCertificates.LoadOrMake(_folder, 2);
        var again = DeviceCertificates.LoadOrMake(_folder, 2);
        var larger = DeviceCertificates.LoadOrMake(_folder, 3);

        Assert.Equal(first.AuthorityPem, again.AuthorityPem);
        Assert.True(first[1].SequenceEqual(again[1]));
        Assert.NotEqual(first.AuthorityPem, larger.AuthorityPem);
        Assert.Equal(3, larger.Count);
    }

    private LoadReport Run(CommandServer server, Workload workload, TimeSpan? duration = null, int? serverProcess = null)
    {
        using var run = new LoadRun(
            new LoadOptions(
                workload, server.Url, Devices, 3, TimeSpan.FromMilliseconds(1), duration ?? TimeSpan.FromMilliseconds(200), _folder, "token",
                "com.apple.mgmt.External.test", serverProcess),
            DeviceCertificates.LoadOrMake(_folder, Devices));
        return run.Run();
    }
}
