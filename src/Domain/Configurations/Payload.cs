namespace Mdm.Fleet.Domain.Configurations;

/// <summary>A managed app that is installed from a manifest. ManifestUrl is https; the device fetches it, this server never does.</summary>
public sealed record AppContent(string BundleId, string ManifestUrl);

/// <summary>
/// What an item's revision stands for, whole: the name that the device shows and a configuration's content or an app. Exactly one
/// of the two is there.
/// </summary>
public sealed record Payload(string Name, ConfigurationContent? Content, AppContent? App);
