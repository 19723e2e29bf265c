using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using Mdm.Fleet.Domain.Commands;
using Mdm.Fleet.Domain.Devices;
using Microsoft.Extensions.Logging;

namespace Mdm.Fleet.Grains.Devices;

/// <summary>Counts what was committed of devices, and logs what an operator looks for.</summary>
public sealed partial class DeviceJournal
{
    private readonly ILogger _log;
    private readonly Counter<long> _queued;
    private readonly Counter<long> _ended;
    private readonly Counter<long> _enrolments;
    private readonly Counter<long> _sessions;
    private readonly Counter<long> _handOvers;
    private readonly Histogram<double> _ready;

    public DeviceJournal(Meter meter, ILogger<DeviceJournal> log)
    {
        _log = log;
        _queued = meter.CreateCounter<long>("mdm.command.queued", "{command}", "Commands queued for devices");
        _ended = meter.CreateCounter<long>("mdm.command.ended", "{command}", "Commands that left the queue: acknowledged, refused by the device, or voided");
        _enrolments = meter.CreateCounter<long>("mdm.enrollment.changes", "{change}", "Enrolments begun, begun again and ended");
        _sessions = meter.CreateCounter<long>("mdm.session.changes", "{change}", "Devices taken and left by people");
        _handOvers = meter.CreateCounter<long>("mdm.handover.ended", "{handover}", "Hand-overs that ended clean or with residue");
        _ready = meter.CreateHistogram(
            "mdm.session.ready.duration", "s", "From sign-in until all that is the person's is on the device",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 1, 2.5, 5, 10, 15, 30, 60, 120, 300, 900] });
    }

    /// <summary>A write of a device is durable.</summary>
    public void Committed(string device, Device before, Device next, ImmutableArray<DeviceEvent> events)
    {
        if (next.Queue != before.Queue)
            CountQueued(before.Queue, next.Queue);
        foreach (var what in events)
            Committed(device, what);
    }

    private void Committed(string device, DeviceEvent what)
    {
        switch (what)
        {
            case DeviceEvent.Enrolled { Again: var again }:
                _enrolments.Add(1, Tag("change", again ? "enrolled_again" : "enrolled"));
                Enrolled(_log, device, again);
                break;
            case DeviceEvent.CheckedOut { Reason: var reason }:
                _enrolments.Add(1, Tag("change", "checked_out"));
                CheckedOut(_log, device, reason);
                break;
            case DeviceEvent.Retired:
                _enrolments.Add(1, Tag("change", "retired"));
                Retired(_log, device);
                break;
            case DeviceEvent.SignedIn:
                _sessions.Add(1, Tag("change", "signed_in"));
                break;
            case DeviceEvent.SignedOut:
                _sessions.Add(1, Tag("change", "signed_out"));
                break;
            case DeviceEvent.HandOverEnded ended:
                Ended(device, ended);
                break;
            case DeviceEvent.CommandEnded ended:
                Ended(device, ended);
                break;
            case DeviceEvent.Ready { Milliseconds: var milliseconds }:
                _ready.Record(milliseconds / 1000.0);
                break;
            case DeviceEvent.Asked:
                break;
            default:
                throw new InvalidOperationException($"{what.GetType().Name} is an unknown event.");
        }
    }

    private void Ended(string device, DeviceEvent.HandOverEnded ended)
    {
        _handOvers.Add(1, Tag("outcome", ended.State switch
        {
            HandOverState.Clean => "clean",
            HandOverState.Residue => "residue",
            HandOverState.Cleaning => "taken_over",
            _ => throw new InvalidOperationException("HandOverState is a closed set."),
        }));
        if (ended.State == HandOverState.Residue)
            Residue(_log, device, ended.User.Value, ended.Epoch, string.Join(", ", ended.Left));
    }

    private void Ended(string device, DeviceEvent.CommandEnded ended)
    {
        var isRefused = ended.State is nameof(ReportStatus.Error) or nameof(ReportStatus.CommandFormatError);
        _ended.Add(1, Tag("command", ended.Command), Tag("outcome", isRefused ? "refused" : ended.State == nameof(ReportStatus.Acknowledged) ? "acknowledged" : "voided"));
        if (isRefused)
            Refused(_log, device, ended.Command, ended.Id, ended.Item?.Value, ended.Detail);
    }

    /// <summary>A queue keeps its order and grows at its end.</summary>
    private void CountQueued(ImmutableArray<QueuedCommand> before, ImmutableArray<QueuedCommand> next)
    {
        if (!_queued.Enabled)
            return;
        for (var i = next.Length - 1; i >= 0 && !before.Any(known => known.Id == next[i].Id); i--)
            _queued.Add(1, Tag("command", next[i].Body.RequestType));
    }

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Device} has enrolled; again: {Again}")]
    private static partial void Enrolled(ILogger log, string device, bool again);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Device} has left: {Reason}")]
    private static partial void CheckedOut(ILogger log, string device, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Device} is retired")]
    private static partial void Retired(ILogger log, string device);

    [LoggerMessage(EventName = "HandOverResidue", Level = LogLevel.Warning, Message = "{Device}: the hand-over of {User} (epoch {Epoch}) leaves residue: {Items}")]
    private static partial void Residue(ILogger log, string device, string user, long epoch, string items);

    [LoggerMessage(EventName = "CommandRefused", Level = LogLevel.Warning, Message = "{Device} refuses {CommandType} {Command} (item {Item}): {Detail}")]
    private static partial void Refused(ILogger log, string device, string commandType, Guid command, string? item, string? detail);
}
