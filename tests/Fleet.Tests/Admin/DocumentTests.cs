using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Mdm.Fleet.Fleet.Tests.Servers;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Mdm.Fleet.Fleet.Tests.Admin;

public class DocumentTests(FleetFixture fixture) : IClassFixture<FleetFixture>
{
    private readonly TestFleet _fleet = fixture.Fleet;

    [Fact]
    public async Task The_document_lists_every_route_of_the_API()
    {
        using var browser = _fleet.Browser();
        var document = (await browser.GetFromJsonAsync<JsonObject>("/openapi.json"))!;
        var listed = document["paths"]!.AsObject()
            .SelectMany(path => path.Value!.AsObject().Select(operation => $"{operation.Key.ToUpperInvariant()} {path.Key}"))
            .ToHashSet(StringComparer.Ordinal);

        Assert.Equal(Routes().Order(), listed.Order());
        Assert.Equal("bearer", document["components"]!["securitySchemes"]!["bearer"]!["scheme"]!.ToString());
        Assert.NotNull(document["paths"]!["/api/v1/users"]!["post"]!["requestBody"]);
    }

    [Fact]
    public async Task The_console_or_word_of_how_to_build_it_is_at_the_root()
    {
        using var browser = _fleet.Browser();
        using var page = await browser.GetAsync(new Uri(_fleet.PublicUrl, "/"));
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Equal("text/html", page.Content.Headers.ContentType?.MediaType);
        Assert.Contains("frame-ancestors 'none'", Assert.Single(page.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        using var outside = await browser.GetAsync(new Uri(_fleet.PublicUrl, "/console/..%2f..%2ffleet.db"));
        Assert.NotEqual("application/octet-stream", outside.Content.Headers.ContentType?.MediaType);
    }

    private IEnumerable<string> Routes() => _fleet.Services.GetRequiredService<EndpointDataSource>().Endpoints
        .OfType<RouteEndpoint>()
        .Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/api/v1", StringComparison.Ordinal) && endpoint.RoutePattern.RawText != "/api/v1/openapi.json")
        .SelectMany(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods
            .Select(method => $"{method} {endpoint.RoutePattern.RawText!.TrimEnd('/')}"));
}
