using Mdm.Fleet.Silo.Start;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Mdm.Fleet.Fleet.Tests.Servers;

public class ServerEndTests
{
    [Fact]
    public async Task A_background_service_that_fails_ends_the_server_without_success()
    {
        var failing = new Failing();
        await using var fleet = await TestFleet.StartAsync(extend: services => services.AddHostedService(_ => failing));
        var end = fleet.Services.GetRequiredService<ServerEnd>();
        var stopping = new TaskCompletionSource();
        fleet.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(stopping.SetResult);
        Assert.Equal(0, end.ExitCode);

        failing.Failure.SetException(new InvalidOperationException("broken"));
        await stopping.Task.WaitAsync(TimeSpan.FromSeconds(60));
        await fleet.StopAsync();

        Assert.Equal(1, end.ExitCode);
    }

    [Fact]
    public async Task A_server_that_is_asked_to_stop_ends_with_success()
    {
        await using var fleet = await TestFleet.StartAsync();
        var end = fleet.Services.GetRequiredService<ServerEnd>();

        await fleet.StopAsync();

        Assert.Equal(0, end.ExitCode);
    }

    private sealed class Failing : BackgroundService
    {
        public TaskCompletionSource Failure { get; } = new();

        protected override Task ExecuteAsync(CancellationToken stoppingToken) => Failure.Task.WaitAsync(stoppingToken);
    }
}
