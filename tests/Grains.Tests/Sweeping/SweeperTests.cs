using Mdm.Fleet.Domain.Commands;
using Mdm.Fleet.Grains.Devices;
using Mdm.Fleet.Grains.Tests.Hosting;
using Mdm.Fleet.Storage;

namespace Mdm.Fleet.Grains.Tests.Sweeping;

/// <summary>Marks that fail keep nothing else waiting, and are never lost.</summary>
public sealed class SweeperTests : IAsyncLifetime
{
    private const string Broken = "broken";

    private Hosting.Fleet _fleet = null!;

    public async Task InitializeAsync() => _fleet = await Hosting.Fleet.StartAsync();

    public async Task DisposeAsync() => await _fleet.DisposeAsync();

    [Fact]
    [Trait("Requirement", "PR-04")]
    public async Task A_shard_full_of_marks_that_fail_does_not_keep_a_device_from_its_push()
    {
        var pad = new Pad(_fleet, "DEVICE-0001");
        await pad.EnrolAsync();
        await MarkAsync(KeysLike(pad.Id).Take(500));
        await pad.Grain.Enqueue(new EnqueueRequest(new CommandBody.SecurityInfo(), Push: true, "admin"));
        await _fleet.Until(() => _fleet.Pushes.Sent.Count == 1);
        await _fleet.PassAsync(TimeSpan.FromMinutes(1));
        await _fleet.PulseAsync();
        await _fleet.Until(() => _fleet.Pushes.Sent.Count == 2);
        Assert.Equal(500, (await _fleet.MarksAsync(Broken)).Count);
    }

    [Fact]
    public async Task A_mark_that_fails_again_comes_ever_later()
    {
        await MarkAsync(["one"]);
        var pauses = new List<TimeSpan>();
        for (var time = 0; time < 9; time++)
        {
            await _fleet.PulseAsync();
            var mark = Assert.Single(await _fleet.MarksAsync(Broken));
            Assert.Equal(7, mark.Mark);
            pauses.Add(mark.At - _fleet.Time.GetUtcNow());
            _fleet.Time.Advance(pauses[^1]);
        }

        Assert.Equal([5, 10, 20, 40, 80, 160, 320, 480, 480], pauses.Select(pause => pause.TotalSeconds));
    }

    private static IEnumerable<string> KeysLike(string key) => Enumerable.Range(0, int.MaxValue)
        .Select(number => $"KEY-{number}")
        .Where(other => IRecordStore.DueShard(other) == IRecordStore.DueShard(key));

    private Task MarkAsync(IEnumerable<string> keys) =>
        _fleet.Store.MarkAsync([.. keys.Select(key => new DueChange(new RecordKey(Broken, key), "look", 7, _fleet.Time.GetUtcNow()))]);
}
