using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Mdm.Fleet.Cluster.Hosting.Kubernetes;

/// <summary>
/// Declares silos dead whose pods are gone, before their neighbours have missed them. Each silo does so for all, which is harmless: the membership
/// table takes it once. Nothing depends on it: while the API server can't be asked, silos watch each other as they do anywhere.
/// </summary>
internal sealed partial class PodWatch(
    PodSettings pod, IClusterMembershipService membership, ILocalSiloDetails self, TimeProvider time, ILogger<PodWatch> log) : BackgroundService
{
    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(30);

    /// <summary>The pods of the namespace that the last list and the events since have shown.</summary>
    private readonly HashSet<string> _there = [];

    /// <summary>Up to which events were seen; null = a list is due.</summary>
    private string? _version;

    private int _failures;

    /// <summary>Doubles with each failure in a row; a second where nothing failed, as a watch may end at once.</summary>
    internal static TimeSpan PauseAfter(int failures) => TimeSpan.FromSeconds(Math.Min(Math.Pow(2, Math.Max(failures - 1, 0)), PauseMax.TotalSeconds));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await JoinedAsync(stoppingToken);
        while (true)
        {
            try
            {
                await FollowAsync(stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                _version = null;
                if (_failures++ == 0)
                    PodsUnwatched(log, failure is OperationCanceledException ? "no answer in time" : failure.Message);
            }

            await Task.Delay(PauseAfter(_failures), time, stoppingToken);
        }
    }

    private async Task JoinedAsync(CancellationToken cancellationToken)
    {
        await foreach (var members in membership.MembershipUpdates.WithCancellation(cancellationToken))
        {
            if (members.GetSiloStatus(self.SiloAddress) == SiloStatus.Active)
                return;
        }
    }

    /// <summary>One watch, from the list before it where one is due, to its end.</summary>
    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        using var api = new PodApi(pod, time);
        _version ??= await ListAsync(api, cancellationToken);
        await foreach (var seen in api.WatchAsync(_version, cancellationToken))
        {
            Answered();
            switch (seen)
            {
                case PodEvent.Reached(var version):
                    _version = version;
                    break;
                case PodEvent.There(var name, var version):
                    _there.Add(name);
                    _version = version;
                    break;
                case PodEvent.Gone(var name, var version):
                    await DeclareDeadAsync(name);
                    _there.Remove(name);
                    _version = version;
                    break;
                case PodEvent.Expired:
                    _version = null;
                    return;
            }
        }

        Answered();
    }

    /// <summary>Looks for silos whose pods are not there, and answers the version to watch from.</summary>
    private async Task<string> ListAsync(PodApi api, CancellationToken cancellationToken)
    {
        // Who is a member before the list is made had a pod before it.
        var members = membership.CurrentSnapshot;
        var list = await api.ListAsync(cancellationToken);
        var own = list.Items.FirstOrDefault(listed => listed.Metadata.Name == pod.Name)
            ?? throw new InvalidDataException($"The list of pods lacks {pod.Name}, which asks for it.");
        var there = list.Items.Where(listed => !listed.IsOver).Select(listed => listed.Metadata.Name).ToHashSet();
        foreach (var silo in members.Members.Values.Where(silo => IsAlive(silo) && !there.Contains(silo.Name)))
        {
            // A pod of the same name may be another Kubernetes cluster's, during a move: its silo answers.
            if (_there.Contains(silo.Name) || (own.IsSibling(silo.Name) && !await SiloReach.AnswersAsync(silo.SiloAddress, time, cancellationToken)))
                await DeclareDeadAsync(silo);
        }

        _there.Clear();
        _there.UnionWith(there);
        return list.Metadata.ResourceVersion;
    }

    private async Task DeclareDeadAsync(string name)
    {
        foreach (var silo in membership.CurrentSnapshot.Members.Values.Where(silo => IsAlive(silo) && silo.Name == name))
            await DeclareDeadAsync(silo);
    }

    private async Task DeclareDeadAsync(ClusterMember silo)
    {
        SiloOfGonePod(log, silo.Name, silo.SiloAddress);
        await membership.TryKill(silo.SiloAddress);
    }

    private void Answered()
    {
        if (_failures != 0)
            PodsWatched(log, _failures);
        _failures = 0;
    }

    private bool IsAlive(ClusterMember silo) => silo.Status is not (SiloStatus.None or SiloStatus.Dead) && !silo.SiloAddress.Equals(self.SiloAddress);

    [LoggerMessage(EventName = "SiloOfGonePod", Level = LogLevel.Warning, Message = "The pod {Pod} is gone: its silo {Silo} is declared dead")]
    private static partial void SiloOfGonePod(ILogger log, string pod, SiloAddress silo);

    [LoggerMessage(EventName = "PodsUnwatched", Level = LogLevel.Warning, Message = "Pods can't be watched ({Reason}): a lost silo is noticed by its neighbours alone")]
    private static partial void PodsUnwatched(ILogger log, string reason);

    [LoggerMessage(EventName = "PodsWatched", Level = LogLevel.Warning, Message = "Pods are watched again after {Failures} failed attempts")]
    private static partial void PodsWatched(ILogger log, int failures);
}
