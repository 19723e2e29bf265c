namespace Mdm.Fleet.Embedded;

/// <summary>The grain classes or their contracts can't be hosted; the message names them, one a line.</summary>
public sealed class GrainConfigurationException(string message) : Exception(message);
