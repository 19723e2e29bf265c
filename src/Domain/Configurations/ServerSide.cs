namespace Mdm.Fleet.Domain.Configurations;

/// <summary>
/// MAM (UG-12): who is reached enrols to have apps and accounts installed and configured, and nothing else. Devices get no profile of it.
/// </summary>
public sealed record ManagedAppsOnly : ConfigurationContent;

/// <summary>Authenticator-only (UG-12): who is reached enrols for nothing but the authenticator. Devices get no profile of it.</summary>
public sealed record AuthenticatorOnly : ConfigurationContent;
