using System.Net;
using Orleans;
using Orleans.Runtime;

namespace Mdm.Fleet.Cluster.Tests.Hosting;

/// <summary>A cluster's membership as tests make it, and wait for it.</summary>
internal static class Memberships
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>Puts an active silo of this machine into the table, of which there need be no more than that.</summary>
    /// <param name="lastSign">When it started, and gave its last sign of life.</param>
    public static async Task<SiloAddress> EnterAsync(this IMembershipTable table, int port, string name, DateTime lastSign)
    {
        var row = new MembershipEntry
        {
            SiloAddress = SiloAddress.New(IPAddress.Loopback, port, SiloAddress.AllocateNewGeneration()),
            SiloName = name,
            HostName = name,
            Status = SiloStatus.Active,
            StartTime = lastSign,
            IAmAliveTime = lastSign,
        };
        while (!await table.InsertRow(row, (await table.ReadAll()).Version.Next()))
        {
        }

        return row.SiloAddress;
    }

    /// <summary>Waits until what a silo knows of the others is so.</summary>
    public static async Task<ClusterMembershipSnapshot> UntilAsync(this IClusterMembershipService membership, Func<ClusterMembershipSnapshot, bool> isSo)
    {
        using var patience = new CancellationTokenSource(Patience);
        await foreach (var members in membership.MembershipUpdates.WithCancellation(patience.Token))
        {
            if (isSo(members))
                return members;
        }

        throw new InvalidOperationException("The silo has ended.");
    }
}
