using System.Collections.Concurrent;

namespace Mdm.Fleet.Embedded.Tests.HostSuite;

/// <summary>How the suite's grains and its tests meet: gates to wait at, marks to leave, lines to write. A service of the container.</summary>
public sealed class Journal
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, TaskCompletionSource> _marks = new();
    private readonly ConcurrentDictionary<string, int> _counts = new();
    private readonly ConcurrentQueue<string> _lines = new();

    public IReadOnlyList<string> Lines => [.. _lines];

    public void Write(string line) => _lines.Enqueue(line);

    /// <summary>Changes a counter; answers its new value.</summary>
    public int Count(string name, int by) => _counts.AddOrUpdate(name, by, (_, count) => count + by);

    public void Mark(string name) => Of(name).TrySetResult();

    /// <summary>Completes once the mark is left.</summary>
    public Task Wait(string name) => Of(name).Task;

    /// <summary>The same for a test: a mark that never comes fails it.</summary>
    public Task Reached(string name) => Of(name).Task.WaitAsync(Patience);

    private TaskCompletionSource Of(string name) =>
        _marks.GetOrAdd(name, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}
