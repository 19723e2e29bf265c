using System.Text;
using System.Threading.Channels;
using Mdm.Fleet.LoadSim.Chaos;
using Mdm.Fleet.LoadSim.Reports;

namespace Mdm.Fleet.LoadSim.Tests.Chaos;

public sealed class SupervisedServerTests : IDisposable
{
    private static readonly Progress Quiet = new(TextWriter.Null, TimeProvider.System);
    private readonly LineChannel _log = new();

    public void Dispose() => _log.Dispose();

    [Fact]
    [Trait("Requirement", "BY-09")]
    public async Task A_killed_server_cannot_say_goodbye_and_is_started_again()
    {
        await using var server = Supervise("""trap "echo bye; exit 0" TERM; echo up; while :; do sleep 0.02; done""");
        server.Start();
        Assert.Equal("up", await _log.NextAsync());

        await server.KillAndRestartAsync("test", CancellationToken.None);

        Assert.Equal("up", await _log.NextAsync());
        Assert.False(server.Ended.IsCompleted);
    }

    [Fact]
    public async Task At_the_end_the_server_is_asked_to_leave()
    {
        var server = Supervise("""trap "echo bye; exit 0" TERM; echo up; while :; do sleep 0.02; done""");
        server.Start();
        Assert.Equal("up", await _log.NextAsync());

        await server.DisposeAsync();

        Assert.Equal("bye", await _log.NextAsync());
    }

    [Fact]
    public async Task A_server_that_ends_by_itself_is_told_of_with_its_exit_code()
    {
        await using var server = Supervise("exit 3");
        server.Start();

        Assert.Contains("exit code 3", await server.Ended.WaitAsync(TimeSpan.FromSeconds(30)), StringComparison.Ordinal);
    }

    private SupervisedServer Supervise(string script) => new(["/bin/sh", "-c", script], _log, Quiet);

    /// <summary>Hands written lines to whoever waits for them.</summary>
    private sealed class LineChannel : TextWriter
    {
        private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

        public override Encoding Encoding => Encoding.UTF8;

        public override void WriteLine(string? value) => _lines.Writer.TryWrite(value ?? "");

        public async Task<string> NextAsync()
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            return await _lines.Reader.ReadAsync(limit.Token);
        }
    }
}
