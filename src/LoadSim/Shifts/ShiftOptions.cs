using Mdm.Fleet.LoadSim.Devices;
using Mdm.Fleet.LoadSim.Reports;

namespace Mdm.Fleet.LoadSim.Shifts;

/// <summary>What a shift is asked to be.</summary>
public sealed record ShiftOptions
{
    /// <summary>The server's public address.</summary>
    public required Uri Url { get; init; }

    public required int Devices { get; init; }

    /// <summary>The same seed gives the same devices, people, faults and choices.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>How often each device changes hands.</summary>
    public int Turns { get; init; } = 2;

    /// <summary>How many people there are; null for as many as <see cref="Staff.CountFor"/> says.</summary>
    public int? People { get; init; }

    /// <summary>How the devices prove who they are.</summary>
    public IdentityProof Proof { get; init; } = IdentityProof.TlsCertificate;

    /// <summary>The longest that any one step of one device may take.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>How long a person works between ready and sign-out: the shortest and the longest time.</summary>
    public (TimeSpan Shortest, TimeSpan Longest) Work { get; init; } = (TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(400));

    /// <summary>How long a device lies there before the next person takes it.</summary>
    public (TimeSpan Shortest, TimeSpan Longest) Rest { get; init; } = (TimeSpan.Zero, TimeSpan.Zero);

    /// <summary>Shifts go on until cancelled; people take their time.</summary>
    public bool Forever { get; init; }

    /// <summary>Where devices' requests are noted; null = nowhere.</summary>
    public RequestTimeline? Timeline { get; init; }
}
