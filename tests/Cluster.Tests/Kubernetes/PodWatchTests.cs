using System.Net;
using System.Net.Sockets;
using Mdm.Fleet.Cluster.Hosting.Kubernetes;
using Mdm.Fleet.Storage.Tests;
using Orleans.Runtime;

namespace Mdm.Fleet.Cluster.Tests.Kubernetes;

/// <summary>A silo is out of the cluster when its pod is gone, and none is for another reason.</summary>
public sealed class PodWatchTests : IAsyncLifetime
{
    private ApiServer _api = null!;
    private PodSilos _silos = null!;

    public async Task InitializeAsync()
    {
        _api = await ApiServer.StartAsync();
        _silos = PodSilos.Beside(_api);
    }

    public async Task DisposeAsync()
    {
        await _silos.DisposeAsync();
        await _api.DisposeAsync();
    }

    [Fact]
    public async Task A_deleted_pod_s_silo_is_declared_dead_by_the_silos_that_watch()
    {
        var first = await _silos.StartAsync("aaaaa");
        var second = await _silos.StartAsync("bbbbb");
        var third = await _silos.StartAsync("ccccc");

        _api.Delete(ApiServer.PodName("ccccc"));

        var members = await _silos.DeadAsync(third);
        Assert.Equal((SiloStatus.Active, SiloStatus.Active), (members.GetSiloStatus(first), members.GetSiloStatus(second)));
    }

    [Fact]
    public async Task An_evicted_pod_s_silo_is_declared_dead_though_the_pod_stays_listed()
    {
        await _silos.StartAsync("aaaaa");
        var second = await _silos.StartAsync("bbbbb", watches: false);

        _api.Evict(ApiServer.PodName("bbbbb"));

        await _silos.DeadAsync(second);
    }

    [Fact]
    public async Task A_silo_does_not_declare_itself_dead()
    {
        var first = await _silos.StartAsync("aaaaa");

        _api.Delete(ApiServer.PodName("aaaaa"));

        Assert.Equal(SiloStatus.Active, (await _silos.SettledAsync()).GetSiloStatus(first));
    }

    [Theory]
    [InlineData(WatchEnd.InTime, HttpStatusCode.InternalServerError)]
    [InlineData(WatchEnd.Broken, HttpStatusCode.InternalServerError)]
    [InlineData(WatchEnd.InTime, HttpStatusCode.Forbidden)]
    public async Task A_pod_that_is_deleted_while_the_API_server_is_away_is_missed_once_it_is_back(WatchEnd end, HttpStatusCode status)
    {
        await _silos.StartAsync("aaaaa");
        var second = await _silos.StartAsync("bbbbb", watches: false);

        _api.Refuse(status);
        _api.EndWatches(end);
        await _api.AnsweredAsync($"{(end == WatchEnd.InTime ? "watch" : "list")} {(int)status}");
        _api.Delete(ApiServer.PodName("bbbbb"));
        _api.Refuse(null);

        await _silos.DeadAsync(second);
    }

    [Theory]
    [InlineData(WatchEnd.InTime)]
    [InlineData(WatchEnd.Expired)]
    public async Task A_deletion_that_the_API_server_has_forgotten_is_seen_in_the_next_list(WatchEnd end)
    {
        await _silos.StartAsync("aaaaa");
        var second = await _silos.StartAsync("bbbbb", watches: false);

        _api.DeleteUnseen(ApiServer.PodName("bbbbb"), end);

        await _silos.DeadAsync(second);
        Assert.DoesNotContain("PodsUnwatched", _silos.Logged);
    }

    [Fact]
    public async Task A_rotated_token_is_read_anew()
    {
        await _silos.StartAsync("aaaaa");
        var second = await _silos.StartAsync("bbbbb", watches: false);

        _api.RotateToken();
        _api.EndWatches(WatchEnd.InTime);
        await _api.AnsweredAsync("watch 401");
        _api.GiveToken();
        await _api.AnsweredAsync("watch 200");
        _api.Delete(ApiServer.PodName("bbbbb"));

        await _silos.DeadAsync(second);
    }

    [Fact]
    public async Task A_watch_goes_on_from_the_last_bookmark()
    {
        await _silos.StartAsync("aaaaa");

        _api.Bookmark();
        _api.EndWatches(WatchEnd.InTime);
        await _api.AnsweredAsync("watch ends");
        _api.Forget();

        Assert.Equal("watch 200", await _api.NextAnswerAsync());
    }

    [Fact]
    public async Task An_outage_is_logged_once_and_so_is_its_end()
    {
        await _silos.StartAsync("aaaaa");

        _api.Refuse(HttpStatusCode.ServiceUnavailable);
        _api.EndWatches(WatchEnd.Broken);
        await _api.AnsweredAsync("list 503");
        await _api.AnsweredAsync("list 503");
        _api.Refuse(null);
        await _api.AnsweredAsync("watch 200");
        await _silos.SettledAsync();

        Assert.Equal(["PodsUnwatched", "PodsWatched", "SiloOfGonePod"], _silos.Logged);
    }

    [Theory]
    [InlineData(ListForm.Continued)]
    [InlineData(ListForm.Broken)]
    [InlineData(ListForm.WithoutAsker)]
    [InlineData(ListForm.OtherKind)]
    public async Task Nobody_is_declared_dead_by_a_list_that_is_not_whole(ListForm lists)
    {
        await _silos.StartAsync("aaaaa");
        var second = await _silos.StartAsync("bbbbb", watches: false);
        var gone = await _silos.EnterAsync(ApiServer.PodName("ccccc"));

        _api.Answer(lists);
        _api.EndWatches(WatchEnd.Broken);
        await _api.AnsweredAsync("list 200");
        await _api.AnsweredAsync("list 200");
        _api.Answer(ListForm.Whole);

        Assert.Equal(SiloStatus.Active, (await _silos.DeadAsync(gone)).GetSiloStatus(second));
        Assert.Equal(SiloStatus.Active, (await _silos.SettledAsync()).GetSiloStatus(second));
    }

    [Fact]
    public async Task At_the_first_list_a_silo_is_dead_that_is_of_the_Deployment_and_has_no_pod_and_answers_nobody()
    {
        using var elsewhere = new TcpListener(IPAddress.Loopback, FreePorts.Next());
        elsewhere.Start();
        _api.Refuse(HttpStatusCode.ServiceUnavailable);
        var first = await _silos.StartAsync("aaaaa", watches: true);
        _api.Add(ApiServer.PodName("bbbbb"));
        SiloAddress[] others =
        [
            first,
            await _silos.EnterAsync(ApiServer.PodName("bbbbb")),
            await _silos.EnterAsync("Silo_of_a_machine"),
            await _silos.EnterAsync(ApiServer.PodName("ccccc", "mdm-other")),
            await _silos.EnterAsync(ApiServer.PodName("ccccc", "mdm-silo-two")),
            await _silos.EnterAsync(ApiServer.PodName("ddddd"), ((IPEndPoint)elsewhere.LocalEndpoint).Port),
        ];
        var gone = await _silos.EnterAsync(ApiServer.PodName("eeeee"));

        _api.Refuse(null);

        await _silos.DeadAsync(gone);
        var members = await _silos.SettledAsync();
        Assert.All(others, silo => Assert.Equal(SiloStatus.Active, members.GetSiloStatus(silo)));
    }

    [Fact]
    public void Pauses_grow_to_half_a_minute() =>
        Assert.Equal([1, 1, 2, 4, 8, 16, 30, 30], new[] { 0, 1, 2, 3, 4, 5, 6, 1000 }.Select(failures => PodWatch.PauseAfter(failures).TotalSeconds));
}
