using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Mdm.Fleet.Frontend.Admin;

/// <summary>The admin API, <c>/api/v1</c>.</summary>
public static class AdminEndpoints
{
    /// <summary>Registers what the API needs.</summary>
    public static IServiceCollection AddAdmin(this IServiceCollection services) => services;

    /// <summary>Maps the API's endpoints.</summary>
    public static WebApplication MapAdmin(this WebApplication app) => app;
}
