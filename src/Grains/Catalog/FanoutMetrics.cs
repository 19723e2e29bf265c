using System.Diagnostics.Metrics;

namespace Mdm.Fleet.Grains.Catalog;

/// <summary>How fan-outs come on.</summary>
public sealed class FanoutMetrics
{
    private readonly UpDownCounter<long> _running;
    private readonly Counter<long> _looked;
    private readonly Counter<long> _marked;

    public FanoutMetrics(Meter meter)
    {
        _running = meter.CreateUpDownCounter<long>("mdm.fanout.running", "{fanout}", "Fan-outs under way");
        _looked = meter.CreateCounter<long>("mdm.fanout.looked", "{device}", "Devices that fan-outs looked at");
        _marked = meter.CreateCounter<long>("mdm.fanout.marked", "{device}", "Devices that fan-outs found concerned");
    }

    public void Began() => _running.Add(1);

    public void Ended() => _running.Add(-1);

    public void Page(int looked, int marked)
    {
        _looked.Add(looked);
        _marked.Add(marked);
    }
}
