using System.Globalization;
using Mdm.Fleet.Frontend.Admin.Access;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Mdm.Fleet.Frontend.Admin.Store;

/// <summary>A copy of the store: where it is on the server, and how large.</summary>
public sealed record StoreCopy(string Path, long Bytes);

/// <summary>Copies of the store while it is in use.</summary>
internal static class StoreEndpoints
{
    public static void Map(RouteGroupBuilder api) =>
        api.MapPost("/store/copy", CopyAsync).WithTags("Store").Needs(Right.ManageServer).WithSummary("Copy a SQLite store in use; the owner only");

    private static async Task<Created<StoreCopy>> CopyAsync(
        HttpContext http, IRecordStore store, FrontendOptions options, TimeProvider time, StoreCopying copying)
    {
        if (options.CopiesFolder is not { } folder)
            throw RefusalException.Conflict("no-folder", "The server has no folder for copies.");
        if (!copying.TryBegin())
            throw RefusalException.Conflict("under-way", "Another copy is being made.");
        try
        {
            var path = Path.Combine(folder, time.GetUtcNow().UtcDateTime.ToString("yyyyMMdd'T'HHmmssfff'Z'", CultureInfo.InvariantCulture));
            await store.CopyToAsync(path, http.RequestAborted);
            return TypedResults.Created((string?)null, new StoreCopy(path, new DirectoryInfo(path).EnumerateFiles().Sum(file => file.Length)));
        }
        catch (NotSupportedException)
        {
            throw RefusalException.Conflict("use-pg-dump", "PostgreSQL is copied by its own means: use pg_dump.");
        }
        finally
        {
            copying.End();
        }
    }
}

/// <summary>One copy at a time: each reads the whole store.</summary>
internal sealed class StoreCopying
{
    private int _isUnderWay;

    public bool TryBegin() => Interlocked.Exchange(ref _isUnderWay, 1) == 0;

    public void End() => Volatile.Write(ref _isUnderWay, 0);
}
