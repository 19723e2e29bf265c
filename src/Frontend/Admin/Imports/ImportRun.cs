using System.IO.Pipelines;
using System.Threading.Channels;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Frontend.Admin.Http;
using Microsoft.AspNetCore.Http;

namespace Mdm.Fleet.Frontend.Admin.Imports;

/// <summary>
/// One import under way: rows are read as they come, worked on with bounded concurrency and reported in their order, a line each as soon as
/// it is known. Nothing is held but the rows under way, and of the report what the client has not read: many send all before they read.
/// Where the client is gone no further row is begun; those begun are finished.
/// </summary>
internal sealed class ImportRun(HttpContext http, CsvReader reader, Func<Task<CatalogSnapshot>> catalog, Func<CsvRow, CatalogSnapshot, Task<RowReport>> work)
{
    public const int RowsMax = 1_000_000;

    private const int UnderWayMax = 64;
    private const int UnflushedBytesMax = 16 * 1024;

    /// <summary>A report of a million rows that are done; one that says more waits for its reader.</summary>
    private const int UnreadBytesMax = 128 * 1024 * 1024;

    /// <summary>How many rows are judged by one reading of the catalog.</summary>
    private const int RowsPerCatalog = 256;

    private readonly RowCounts _counts = new();

    private readonly Pipe _report = new(new PipeOptions(pauseWriterThreshold: UnreadBytesMax, resumeWriterThreshold: UnreadBytesMax / 2, useSynchronizationContext: false));

    private PipeWriter Output => _report.Writer;

    /// <summary>Answers the request, whose header has been read.</summary>
    public async Task AnswerAsync()
    {
        http.Response.ContentType = "application/x-ndjson";
        await http.Response.Body.FlushAsync(http.RequestAborted);
        var underWay = Channel.CreateBounded<Task<RowReport>>(new BoundedChannelOptions(UnderWayMax) { SingleReader = true, SingleWriter = true });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        var reading = ReadAsync(underWay.Writer, stop.Token);
        var sending = SendAsync(stop);
        try
        {
            await ReportAsync(underWay.Reader, stop.Token);
            if (await reading is { } end)
                Report(end);
            _counts.Write(Output);
            await Output.CompleteAsync();
            await sending;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            http.Abort();
        }
        finally
        {
            await stop.CancelAsync();
            await Output.CompleteAsync();
            await Task.WhenAll(reading, sending);
            while (underWay.Reader.TryRead(out var begun))
                await begun;
        }
    }

    /// <summary>Begins row after row. Ends without an exception: what ended it before the file did is said as a row of its own.</summary>
    private async Task<RowReport?> ReadAsync(ChannelWriter<Task<RowReport>> underWay, CancellationToken stop)
    {
        try
        {
            CatalogSnapshot? now = null;
            for (var rows = 0; await reader.ReadAsync(stop) is { } row; rows++)
            {
                if (rows == RowsMax)
                    return Ends(row.Number, $"A file has at most {RowsMax} rows: this one and those behind it were not read.");
                if (now is null || rows % RowsPerCatalog == 0)
                    now = await catalog();
                await underWay.WaitToWriteAsync(stop);
                underWay.TryWrite(work(row, now)); // the only writer: the place that was there is still there
            }

            return null;
        }
        catch (Exception ended) when (ended is OperationCanceledException or IOException)
        {
            return Ends(0, $"Reading ended before the file did: {ended.Message}");
        }
        catch (Exception ended) when (Problems.Of(ended) is not null)
        {
            return Ends(0, $"Reading ended before the file did: {ended.Message}");
        }
        finally
        {
            underWay.Complete();
        }
    }

    private async Task ReportAsync(ChannelReader<Task<RowReport>> underWay, CancellationToken stop)
    {
        while (await underWay.WaitToReadAsync(stop))
        {
            while (underWay.TryRead(out var row))
            {
                if (!row.IsCompleted)
                    await Output.FlushAsync(stop);
                Report(await row);
                if (Output.UnflushedBytes > UnflushedBytesMax)
                    await Output.FlushAsync(stop);
            }

            await Output.FlushAsync(stop);
        }
    }

    private async Task SendAsync(CancellationTokenSource stop)
    {
        try
        {
            await _report.Reader.CopyToAsync(http.Response.Body, stop.Token);
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException)
        {
            await stop.CancelAsync();
        }
        finally
        {
            await _report.Reader.CompleteAsync();
        }
    }

    private void Report(RowReport row)
    {
        _counts.Add(row.Result);
        row.Write(Output);
    }

    private static RowReport Ends(int row, string why) => RowReport.Failed(row, [], "file", why);
}
