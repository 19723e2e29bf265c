using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Mdm.Fleet.Frontend.Admin;

/// <summary>The OpenAPI document of the admin API.</summary>
internal static class ApiDocument
{
    public const string Name = "v1";
    public const string Path = "/api/v1/openapi.json";

    private const string Bearer = "bearer";

    public static void Describe(OpenApiOptions options)
    {
        options.ShouldInclude = static description => description.RelativePath?.StartsWith("api/v1", StringComparison.Ordinal) == true;
        options.AddDocumentTransformer(static (document, _, _) =>
        {
            document.Info.Title = "Mdm.Fleet admin API";
            document.Info.Description = "Lists page by limit and cursor; changes take If-Match; POSTs that make something take Idempotency-Key; "
                + "errors are problem+json with a code.";
            document.Servers = [];
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
            document.Components.SecuritySchemes[Bearer] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = Bearer };
            document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, document)] = [] }];
            return Task.CompletedTask;
        });
    }
}
