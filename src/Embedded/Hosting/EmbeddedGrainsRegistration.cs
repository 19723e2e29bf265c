using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans;

namespace Mdm.Fleet.Embedded;

/// <summary>Puts an embedded host into a container.</summary>
public static class EmbeddedGrainsRegistration
{
    /// <summary>
    /// Registers <see cref="EmbeddedHost"/> as a hosted service and <see cref="IGrainFactory"/>. The container must hold an
    /// <see cref="Storage.IRecordStore"/> where a grain has state; the clock is the system's unless one is registered.
    /// </summary>
    public static IServiceCollection AddEmbeddedGrains(this IServiceCollection services, Action<EmbeddedHostOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var options = new EmbeddedHostOptions();
        configure(options);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => new EmbeddedHost(provider, options));
        services.AddSingleton(provider => provider.GetRequiredService<EmbeddedHost>().GrainFactory);
        services.AddHostedService(provider => provider.GetRequiredService<EmbeddedHost>());
        return services;
    }
}
