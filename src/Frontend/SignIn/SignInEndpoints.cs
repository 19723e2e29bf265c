using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Mdm.Fleet.Frontend.SignIn;

/// <summary>The pages where a person takes and leaves a device, <c>/signin</c>.</summary>
public static class SignInEndpoints
{
    /// <summary>Registers what the pages need.</summary>
    public static IServiceCollection AddSignIn(this IServiceCollection services) => services;

    /// <summary>Maps the pages.</summary>
    public static WebApplication MapSignIn(this WebApplication app) => app;
}
