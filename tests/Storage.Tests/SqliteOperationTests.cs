namespace Mdm.Fleet.Storage.Tests;

/// <summary>What only a store in a directory can meet.</summary>
public sealed class SqliteOperationTests(SqliteTestEngine engine) : StoreTest(engine), IClassFixture<SqliteTestEngine>
{
    [Fact]
    public async Task A_foreign_lock_makes_writes_fail_and_reads_go_on_until_it_ends()
    {
        await Store.DisposeAsync();
        await using var impatient = await RecordStores.OpenAsync(Options with { CommitWait = TimeSpan.FromMilliseconds(50) });
        await impatient.WriteAsync(new(Device("a"), Json("one"), 0));
        using (var foreign = new SqliteFile(Options))
        {
            foreign.Execute("BEGIN IMMEDIATE");
            await Assert.ThrowsAsync<StoreUnavailableException>(() => impatient.WriteAsync(new(Device("a"), Json("two"), 1)));
            await Assert.ThrowsAsync<StoreUnavailableException>(() => impatient.MarkAsync([Set("a", 1, Noon)]));
            Assert.Equal("one@1", Text(await impatient.ReadAsync(Device("a"))));
            foreign.Execute("ROLLBACK");
        }

        Assert.Equal(2, await impatient.WriteAsync(new(Device("a"), Json("two"), 1)));
    }

    [Fact]
    public async Task A_full_disk_makes_writes_fail_until_there_is_room()
    {
        await Store.DisposeAsync();
        await using var small = await RecordStores.OpenAsync(Options with { SqlitePagesMax = 100 });
        var body = new byte[40_000];
        var stored = 0;
        await Assert.ThrowsAsync<StoreUnavailableException>(async () =>
        {
            for (; stored < 100; stored++)
                await small.WriteAsync(new(Device($"d{stored}"), body, 0));
        });
        Assert.InRange(stored, 1, 10);
        Assert.Equal(stored, (await Task.WhenAll(Enumerable.Range(0, 100).Select(n => small.ReadAsync(Device($"d{n}")).AsTask()))).Count(r => r is not null));
        await small.WriteAsync(new(Device("d0"), null, 1));
        await small.WriteAsync(new(Device($"d{stored}"), body, 0));
    }

    [Fact]
    public async Task A_copy_made_under_load_is_consistent_and_opens_as_a_store_of_its_own()
    {
        var copied = false;
        var writing = Task.WhenAll(Enumerable.Range(0, 16).Select(async caller =>
        {
            var key = Device($"d{caller}");
            for (var etag = 0L; !Volatile.Read(ref copied); )
                etag = await Store.WriteAsync(new(key, Json($"{etag + 1}"), etag, Row($"{etag + 1}"), [Line($"{etag + 1}", key)]));
        }));
        var copy = await Engine.NewStoreAsync();
        await WriteAsync("before", "x", 0);
        await Store.CopyToAsync(copy.Target);
        Volatile.Write(ref copied, true);
        await writing;

        await using var opened = await RecordStores.OpenAsync(copy);
        Assert.NotNull(await opened.ReadAsync(Device("before")));
        foreach (var row in (await opened.QueryAsync(new("device"))).Rows)
        {
            var record = (await opened.ReadAsync(Device(row.Key)))!;
            Assert.Equal($"{row.Row.Status}@{row.Row.Status}", Text(record));
            Assert.Equal(row.Row.Status, Assert.Single(await opened.ReadLatestEventsAsync(Device(row.Key), null, 1)).Line.Type);
        }

        await Assert.ThrowsAsync<IOException>(() => Store.CopyToAsync(copy.Target));
    }

    [Fact]
    public async Task A_file_that_is_not_a_database_is_refused()
    {
        var options = await Engine.NewStoreAsync();
        Directory.CreateDirectory(options.Target);
        await File.WriteAllTextAsync(Path.Combine(options.Target, "fleet.db"), new string('x', 8192));
        await AssertRefusedAsync(options, options.Name);
    }

    [Fact]
    public async Task The_database_of_another_program_is_refused_and_left_alone()
    {
        var options = await Engine.NewStoreAsync();
        await Engine.ExecuteAsync(options, "CREATE TABLE songs (title TEXT)");
        await AssertRefusedAsync(options, "another program");
        await Engine.ExecuteAsync(options, "INSERT INTO songs VALUES ('still here')");
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_refused()
    {
        var options = await Engine.NewStoreAsync();
        await File.WriteAllTextAsync(options.Target, "a file in the way");
        await AssertRefusedAsync(options, "can't be written");
        await AssertRefusedAsync(StoreOptions.Parse($"sqlite:{Path.Combine(options.Target, "below")}"), "can't be written");
        await AssertRefusedAsync(StoreOptions.Parse("sqlite:/proc/fleet"), "can't be written");
    }

    private static async Task AssertRefusedAsync(StoreOptions options, string words)
    {
        var refused = await Assert.ThrowsAsync<StoreRefusedException>(() => RecordStores.OpenAsync(options));
        Assert.Contains(words, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }
}
