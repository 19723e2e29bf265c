using Mdm.Fleet.Frontend.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;

namespace Mdm.Fleet.Frontend.Live;

/// <summary>
/// The built console: <c>/</c> is its page, and <c>/console/assets/</c> holds files whose names change with their content. Where it was
/// not built, the page says how.
/// </summary>
public sealed class ConsoleFiles(IWebHostEnvironment environment)
{
    private const string Policy =
        "default-src 'self'; connect-src 'self'; img-src 'self' data:; style-src 'self'; "
        + "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    private const string NotBuilt =
        "The console was not built: run \"npm ci && npm run build\" in src/Frontend/console, or use the API at /api/v1.";

    private readonly FileExtensionContentTypeProvider _types = new();
    private readonly PhysicalFileProvider? _files = Root(environment) is { } root ? new PhysicalFileProvider(root) : null;

    internal static void Map(WebApplication app)
    {
        app.MapGet("/", static (HttpContext http, ConsoleFiles files) => files.ShowAsync(http, "index.html")).ExcludeFromDescription();
        app.MapGet("/console", static (HttpContext http, ConsoleFiles files) => files.ShowAsync(http, "index.html"))
            .ExcludeFromDescription();
        app.MapGet("/console/{**path}", static (HttpContext http, string? path, ConsoleFiles files) => files.ShowAsync(http, path ?? "index.html"))
            .ExcludeFromDescription();
    }

    private async Task ShowAsync(HttpContext http, string path)
    {
        if (_files is null)
        {
            await Page.WriteAsync(http.Response, StatusCodes.Status200OK, "Mdm.Fleet is running", NotBuilt);
            return;
        }

        var file = _files.GetFileInfo(path);
        if (!file.Exists || file.IsDirectory || !_types.TryGetContentType(path, out var type))
        {
            await Page.WriteAsync(http.Response, StatusCodes.Status404NotFound, "Not found", "There is no such page here.");
            return;
        }

        SecurityHeaders.Set(http.Response, Policy);
        http.Response.Headers.CacheControl = path.StartsWith("assets/", StringComparison.Ordinal) ? "public, max-age=31536000, immutable" : "no-cache";
        http.Response.ContentType = type.StartsWith("text/", StringComparison.Ordinal) ? type + "; charset=utf-8" : type;
        http.Response.ContentLength = file.Length;
        await http.Response.SendFileAsync(file, http.RequestAborted);
    }

    /// <summary>Beside the program where it was published, or in the sources where it runs from them.</summary>
    private static string? Root(IWebHostEnvironment environment)
    {
        IEnumerable<string> places = [environment.WebRootPath ?? "", Path.Combine(AppContext.BaseDirectory, "wwwroot"), .. Sources()];
        return places
            .Where(place => place.Length > 0)
            .Select(place => Path.Combine(place, "console"))
            .FirstOrDefault(place => File.Exists(Path.Combine(place, "index.html")));
    }

    private static IEnumerable<string> Sources()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Mdm.Fleet.sln")))
                yield return Path.Combine(folder.FullName, "src", "Frontend", "wwwroot");
        }
    }
}
