using System.Diagnostics.Metrics;
using Mdm.Fleet.Embedded.Activations;

namespace Mdm.Fleet.Embedded.Hosting;

/// <summary>What the host tells of its grains, by class; read when somebody asks. Turns are counted only while somebody may.</summary>
internal sealed class HostMetrics
{
    private readonly GrainClass[] _classes;
    private readonly ObservableCounter<long> _turns;
    private readonly Counter<long> _timeouts;
    private readonly Counter<long> _refused;

    public HostMetrics(Meter meter, GrainClass[] classes)
    {
        _classes = classes;
        _turns = meter.CreateObservableCounter("mdm.grain.turns", () => Read(static c => c.Turns.Sum), "{turn}", "Turns of grains: calls, stream events and timers");
        meter.CreateObservableGauge("mdm.grain.activations", () => Read(static c => c.Activations.Count()), "{grain}", "Grains in memory");
        meter.CreateObservableGauge("mdm.grain.mailbox.longest", () => Read(Longest), "{call}", "Calls that wait for the busiest grain of a class");
        _timeouts = meter.CreateCounter<long>("mdm.grain.timeouts", "{call}", "Calls that were not answered in time");
        _refused = meter.CreateCounter<long>("mdm.grain.refused", "{call}", "Calls that found a full mailbox");
    }

    public bool CountsTurns => _turns.Enabled;

    public void TimedOut() => _timeouts.Add(1);

    public void Refused() => _refused.Add(1);

    private static long Longest(GrainClass grains) => grains.Activations.Select(static activation => (long)activation.Waiting).DefaultIfEmpty().Max();

    private IEnumerable<Measurement<long>> Read(Func<GrainClass, long> value) =>
        _classes.Select(grains => new Measurement<long>(value(grains), new KeyValuePair<string, object?>("grain", grains.Name)));
}
