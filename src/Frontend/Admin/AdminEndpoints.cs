using System.Text.Json;
using Mdm.Fleet.Frontend.Admin.Access;
using Mdm.Fleet.Frontend.Admin.Apps;
using Mdm.Fleet.Frontend.Admin.Attributes;
using Mdm.Fleet.Frontend.Admin.Audit;
using Mdm.Fleet.Frontend.Admin.BusinessManager;
using Mdm.Fleet.Frontend.Admin.Catalog;
using Mdm.Fleet.Frontend.Admin.Configurations;
using Mdm.Fleet.Frontend.Admin.Devices;
using Mdm.Fleet.Frontend.Admin.EnrolmentTokens;
using Mdm.Fleet.Frontend.Admin.Groups;
using Mdm.Fleet.Frontend.Admin.Idempotency;
using Mdm.Fleet.Frontend.Admin.IdentityProviders;
using Mdm.Fleet.Frontend.Admin.Imports;
using Mdm.Fleet.Frontend.Admin.Mail;
using Mdm.Fleet.Frontend.Admin.Overview;
using Mdm.Fleet.Frontend.Admin.Policies;
using Mdm.Fleet.Frontend.Admin.Previews;
using Mdm.Fleet.Frontend.Admin.PushCertificate;
using Mdm.Fleet.Frontend.Admin.Pushes;
using Mdm.Fleet.Frontend.Admin.Recipes;
using Mdm.Fleet.Frontend.Admin.Session;
using Mdm.Fleet.Frontend.Admin.Store;
using Mdm.Fleet.Frontend.Admin.Tokens;
using Mdm.Fleet.Frontend.Admin.Users;
using Mdm.Fleet.Frontend.Admin.UserSettings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Mdm.Fleet.Frontend.Admin;

/// <summary>The admin API, <c>/api/v1</c>.</summary>
public static class AdminEndpoints
{
    /// <summary>Registers what the API needs.</summary>
    public static IServiceCollection AddAdmin(this IServiceCollection services) => services
        .AddSingleton<ApiTokens>()
        .AddSingleton<TokenDoor>()
        .AddSingleton<SessionCookie>()
        .AddSingleton<IdempotencyRecords>()
        .AddSingleton<IdempotencyFilter>()
        .AddSingleton<PreviewDesk>()
        .AddSingleton<ItemDesk>()
        .AddSingleton<ComplianceReader>()
        .AddSingleton<UserGroupDesk>()
        .AddSingleton<DynamicMembers>()
        .AddSingleton<UserGroupMembers>()
        .AddSingleton<MultiUserOwner>()
        .AddSingleton<DeviceGroupDesk>()
        .AddSingleton<OverviewReader>()
        .AddSingleton<StoreCopying>()
        .AddImports()
        .Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true)
        .ConfigureHttpJsonOptions(options =>
        {
            options.SerializerOptions.AllowOutOfOrderMetadataProperties = true;
            options.SerializerOptions.RespectNullableAnnotations = true;
            options.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        })
        .AddOpenApi(ApiDocument.Name, ApiDocument.Describe);

    /// <summary>Maps the API's endpoints behind their gate.</summary>
    public static WebApplication MapAdmin(this WebApplication app)
    {
        app.UseWhen(
            static http => http.Request.Path.StartsWithSegments("/api") || http.Request.Path.StartsWithSegments("/hubs"),
            static gated => gated.UseMiddleware<AdminGate>());
        var api = app.MapGroup("/api/v1");
        SessionEndpoints.Map(api);
        OverviewEndpoints.Map(api);
        CatalogEndpoints.Map(api);
        PreviewEndpoints.Map(api);
        AuditEndpoints.Map(api);
        UserEndpoints.Map(api);
        AttributeEndpoints.Map(api);
        UserGroupEndpoints.Map(api);
        SettingsEndpoints.Map(api);
        DeviceGroupEndpoints.Map(api);
        RecipeEndpoints.Map(api);
        ConfigurationEndpoints.Map(api);
        AppEndpoints.Map(api);
        PolicyEndpoints.Map(api);
        DeviceEndpoints.Map(api);
        ExpectedDeviceEndpoints.Map(api);
        ImportEndpoints.Map(api);
        EnrolmentTokenEndpoints.Map(api);
        IdentityProviderEndpoints.Map(api);
        ApiTokenEndpoints.Map(api);
        PushCertificateEndpoints.Map(api);
        PushEndpoints.Map(api);
        MailEndpoints.Map(api);
        StoreEndpoints.Map(api);
        BusinessManagerEndpoints.Map(api);
        app.MapOpenApi(ApiDocument.Path).Needs(Right.OwnSession);
        app.MapGet("/openapi.json", static () => TypedResults.Redirect(ApiDocument.Path)).ExcludeFromDescription();
        return app;
    }
}
