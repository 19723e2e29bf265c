using System.Diagnostics;
using System.Net.Sockets;
using Mdm.Fleet.LoadSim.Reports;

namespace Mdm.Fleet.LoadSim.Load;

/// <summary>
/// A closed loop: each connection is a blocking thread with its own share of the devices, taken round robin; no think time. Enrolment goes once
/// through all devices, the rest goes on for the given time.
/// </summary>
public sealed class LoadRun(LoadOptions options, DeviceCertificates certificates) : IDisposable
{
    private readonly Lane[] _lanes = [.. Enumerable.Range(0, options.Connections).Select(number => new Lane(options, certificates, number))];

    /// <summary>Sends the load and measures it.</summary>
    public LoadReport Run()
    {
        InParallel(lane => lane.Drain());
        if (options.Workload != Workload.Enrol)
            InParallel(lane => lane.Work(options.WarmUp, measured: false));
        var (cpu, serverCpu) = (CpuOf(Environment.ProcessId), CpuOf(options.ServerProcess));
        var (sent, received) = (_lanes.Sum(lane => lane.SentBytes), _lanes.Sum(lane => lane.ReceivedBytes));
        var startedAt = Stopwatch.GetTimestamp();
        InParallel(lane => lane.Work(options.Duration, measured: true));
        var elapsed = Stopwatch.GetElapsedTime(startedAt);
        return Report(
            elapsed, CpuOf(Environment.ProcessId) - cpu, options.ServerProcess is null ? null : CpuOf(options.ServerProcess) - serverCpu,
            _lanes.Sum(lane => lane.SentBytes) - sent, _lanes.Sum(lane => lane.ReceivedBytes) - received);
    }

    public void Dispose() => Array.ForEach(_lanes, lane => lane.Dispose());

    private void InParallel(Action<Lane> act)
    {
        var threads = _lanes.Select(lane => new Thread(() => act(lane), maxStackSize: 256 * 1024)).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
    }

    private static TimeSpan CpuOf(int? process)
    {
        if (process is not { } id)
            return TimeSpan.Zero;
        using var known = Process.GetProcessById(id);
        return known.TotalProcessorTime;
    }

    private LoadReport Report(TimeSpan elapsed, TimeSpan cpu, TimeSpan? serverCpu, long sent, long received)
    {
        double[] ms = [.. _lanes.SelectMany(lane => lane.Ms)];
        var operations = Math.Max(1, ms.Length);
        return new LoadReport(
            options.Workload.ToString(),
            Math.Round(_lanes.Sum(lane => lane.Requests) / elapsed.TotalSeconds),
            Math.Round(Percentiles.Of(ms, 50), 3),
            Math.Round(Percentiles.Of(ms, 99), 3),
            _lanes.Sum(lane => lane.Errors),
            Math.Round(ms.Length / elapsed.TotalSeconds),
            options.Devices,
            options.Connections,
            Math.Round(elapsed.TotalSeconds, 2),
            Math.Round(cpu / elapsed, 2),
            Math.Round((double)sent / operations),
            Math.Round((double)received / operations),
            serverCpu is { } server ? Math.Round(server.TotalMicroseconds / operations, 1) : null,
            _lanes.Select(lane => lane.FirstError).FirstOrDefault(error => error is not null));
    }

    /// <summary>One connection with its devices.</summary>
    private sealed class Lane : IDisposable
    {
        private const int ErrorsMax = 1000;
        private readonly LoadOptions _options;
        private readonly DeviceLoad[] _devices;
        private readonly RawConnection _connection;
        private readonly Random _chance;
        private int _next;

        public Lane(LoadOptions options, DeviceCertificates certificates, int number)
        {
            _options = options;
            _connection = new RawConnection(options.Url);
            _chance = new Random(number);
            _devices = [.. Enumerable.Range(0, options.Devices).Where(device => device % options.Connections == number).Select(device =>
                new DeviceLoad(options.Workload, new RequestBytes(options.Url, options.Topic, device, certificates[device]), options.AdminToken))];
        }

        public List<double> Ms { get; } = new(1 << 14);

        public long Requests { get; private set; }

        public long SentBytes => _connection.SentBytes;

        public long ReceivedBytes => _connection.ReceivedBytes;

        public long Errors { get; private set; }

        public string? FirstError { get; private set; }

        public void Dispose() => _connection.Dispose();

        public void Drain()
        {
            foreach (var device in _devices)
                Try(() => device.Drain(_connection));
        }

        public void Work(TimeSpan duration, bool measured)
        {
            var startedAt = Stopwatch.GetTimestamp();
            var once = _options.Workload == Workload.Enrol;
            for (var done = 0; (once ? done < _devices.Length : Stopwatch.GetElapsedTime(startedAt) < duration) && Errors < ErrorsMax; done++)
            {
                if (_devices.Length == 0)
                    return;
                var device = _devices[_next++ % _devices.Length];
                var sentAt = Stopwatch.GetTimestamp();
                var sent = Try(() => device.Run(_connection, _options.Workload, _chance));
                if (measured && sent > 0)
                {
                    Ms.Add(Stopwatch.GetElapsedTime(sentAt).TotalMilliseconds);
                    Requests += sent;
                }
            }
        }

        private int Try(Func<int> act)
        {
            try
            {
                var sent = act();
                if (sent <= 0)
                    NoteError(sent < 0 ? $"status {-sent}" : "no command came, or they did not end");
                return sent;
            }
            catch (Exception broken) when (broken is SocketException or FormatException)
            {
                NoteError(broken.Message);
                return -1;
            }
        }

        private void NoteError(string what)
        {
            Errors++;
            FirstError ??= what;
        }
    }
}
