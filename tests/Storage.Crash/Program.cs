using System.Text;
using Mdm.Fleet.Storage;

// Writes until it is killed: sixteen callers, each to its own key, and a line "key etag" for every write that was acknowledged.
await using var store = await RecordStores.OpenAsync(StoreOptions.Parse(args[0]));
var output = TextWriter.Synchronized(new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true });
await Task.WhenAll(Enumerable.Range(0, 16).Select(async caller =>
{
    var key = new RecordKey("device", $"d{caller}");
    var row = new IndexRow("held", key.Key, Encoding.UTF8.GetBytes("{}"), ["owner:anna"]);
    for (var etag = 0L; ;)
    {
        var line = new EventLine("written", DateTimeOffset.UnixEpoch, Encoding.UTF8.GetBytes("{}"), key);
        etag = await store.WriteAsync(new(key, Encoding.UTF8.GetBytes($"{etag + 1}".PadLeft(2000)), etag, row, [line]));
        output.WriteLine($"{key.Key} {etag}");
    }
}));
