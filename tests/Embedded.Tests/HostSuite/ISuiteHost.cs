using Orleans;

namespace Mdm.Fleet.Embedded.Tests.HostSuite;

/// <summary>What the suite needs of a host, whichever it is. It runs the grains of HostSuite/Grains with a stream provider "membership".</summary>
public interface ISuiteHost : IAsyncDisposable
{
    IGrainFactory Grains { get; }

    Journal Journal { get; }

    /// <summary>Moves the host's clock, and runs what falls due.</summary>
    void Advance(TimeSpan time);

    /// <summary>Stores another version of a record behind the grain's back.</summary>
    Task OverwriteAsync(string stateName, string key);

    /// <summary>The next write fails with this exception.</summary>
    void FailNextWrite(Exception exception);

    /// <summary>Loses the events of a stream from now on.</summary>
    void DropStream(string key);

    Task StopAsync();
}
