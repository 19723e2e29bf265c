using System.Net.Http.Headers;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Frontend.Admin.Access;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Frontend.Admin.Previews;
using Mdm.Fleet.Grains.Catalog;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.DependencyInjection;
using Orleans;

namespace Mdm.Fleet.Frontend.Admin.Imports;

/// <summary>People and devices from CSV, streamed both ways: rows come in, their report goes out (UG-01, UG-04, UG-06).</summary>
internal static class ImportEndpoints
{
    private const int FileBytesMax = 1024 * 1024 * 1024;

    /// <summary>Registers what imports need.</summary>
    public static IServiceCollection AddImports(this IServiceCollection services) => services
        .AddSingleton<PasswordTurns>()
        .AddSingleton<RowFailures>()
        .AddSingleton<DeviceFinder>()
        .AddSingleton<UserImports>()
        .AddSingleton<DeviceImports>();

    public static void Map(RouteGroupBuilder api)
    {
        var imports = api.MapGroup("").Needs(Right.EditModel);
        imports.MapPost("/users/import", UsersAsync)
            .WithTags("Users")
            .Produces(StatusCodes.Status200OK, contentType: "application/x-ndjson")
            .WithSummary("Add and change people by CSV; the answer reports row by row");
        imports.MapPost("/devices/import", DevicesAsync)
            .WithTags("Devices")
            .Produces(StatusCodes.Status200OK, contentType: "application/x-ndjson")
            .WithSummary("Set groups, ownership and attributes of devices by CSV, also of those that have not enrolled yet");
    }

    private static async Task UsersAsync(HttpContext http, IGrainFactory grains, UserImports all, bool? dryRun, string? mode)
    {
        var which = mode switch
        {
            null or "" or "upsert" => ImportMode.Upsert,
            "create" => ImportMode.Create,
            "update" => ImportMode.Update,
            _ => throw RefusalException.Field("mode", "mode is create, update or upsert."),
        };
        var (reader, header, catalog) = await OpenAsync(http, grains);
        var import = new UserImport(all, UserImport.ColumnsOf(header, catalog), which, dryRun ?? false, Access.Admin.Of(http).Name);
        await new ImportRun(http, reader, grains.GetGrain<ICatalog>(ICatalog.Key).Read, import.WorkAsync).AnswerAsync();
    }

    private static async Task DevicesAsync(HttpContext http, IGrainFactory grains, DeviceImports all, bool? dryRun)
    {
        var (reader, header, catalog) = await OpenAsync(http, grains);
        var import = new DeviceImport(all, DeviceImport.ColumnsOf(header, catalog), dryRun ?? false, NetworkLoss.IsMeant(http), Access.Admin.Of(http).Name);
        await new ImportRun(http, reader, grains.GetGrain<ICatalog>(ICatalog.Key).Read, import.WorkAsync).AnswerAsync();
    }

    /// <summary>Reads as far as the header.</summary>
    private static async Task<(CsvReader Reader, CsvRow? Header, CatalogSnapshot Catalog)> OpenAsync(HttpContext http, IGrainFactory grains)
    {
        if (!MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type) || !string.Equals(type.MediaType, "text/csv", StringComparison.OrdinalIgnoreCase))
            throw new RefusalException(StatusCodes.Status415UnsupportedMediaType, "media-type", "Send text/csv.");
        if (type.CharSet is { } charSet && !string.Equals(charSet.Trim('"'), "utf-8", StringComparison.OrdinalIgnoreCase))
            throw new RefusalException(StatusCodes.Status415UnsupportedMediaType, "media-type", "Send it in UTF-8.");
        Body.Bound(http, FileBytesMax);
        AtAnyPace(http);
        var reader = new CsvReader(http.Request.Body);
        return (reader, await reader.ReadAsync(http.RequestAborted), await grains.GetGrain<ICatalog>(ICatalog.Key).Read());
    }

    /// <summary>Who sends may wait for the report of what was sent, or read nothing before all is sent; they are admins, let in already.</summary>
    private static void AtAnyPace(HttpContext http)
    {
        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } request)
            request.MinDataRate = null;
        if (http.Features.Get<IHttpMinResponseDataRateFeature>() is { } response)
            response.MinDataRate = null;
    }
}
