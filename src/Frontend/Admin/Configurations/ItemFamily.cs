using Mdm.Fleet.Domain.Policies;
using Mdm.Fleet.Grains.Configurations;

namespace Mdm.Fleet.Frontend.Admin.Configurations;

/// <summary>The lists of the API that an item can be in; each item is in one of them.</summary>
internal enum ItemFamily
{
    Configuration,
    App,
    Policy,
}

/// <summary>What the lists are called.</summary>
internal static class ItemFamilies
{
    public static ItemFamily Of(ConfigurationSpec spec) =>
        spec.App is not null ? ItemFamily.App : spec.Content is Policy ? ItemFamily.Policy : ItemFamily.Configuration;

    /// <summary>One of them, as a person reads it.</summary>
    public static string Word(this ItemFamily family) => family switch
    {
        ItemFamily.Configuration => "configuration",
        ItemFamily.App => "app",
        ItemFamily.Policy => "policy",
        _ => throw new InvalidOperationException($"{family} has no word."),
    };
}
