using Mdm.Fleet.Protocol.Plist;

namespace Mdm.Fleet.LoadSim.Devices;

/// <summary>The results of the last commands: a command that comes again is answered again, not done again.</summary>
public sealed class LastResults(int capacity = 64)
{
    private readonly Queue<string> _order = new();
    private readonly Dictionary<string, PlistValue.Dict> _results = [];

    public PlistValue.Dict? Find(string commandUuid) => _results.GetValueOrDefault(commandUuid);

    public void Keep(string commandUuid, PlistValue.Dict message)
    {
        if (!_results.TryAdd(commandUuid, message))
            return;
        _order.Enqueue(commandUuid);
        if (_order.Count > capacity)
            _results.Remove(_order.Dequeue());
    }
}
