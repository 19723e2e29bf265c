using System.Collections.Concurrent;
using Mdm.Fleet.Domain.Push;

namespace Mdm.Fleet.Grains.Tests.Hosting;

/// <summary>The push service's side of the process boundary: notes what is sent, answers as scripted, holds answers back on demand.</summary>
internal sealed class RecordingSender : IPushSender
{
    private TaskCompletionSource? _held;

    public ConcurrentQueue<PushRequest> Sent { get; } = [];

    public Func<PushRequest, PushResult> Answer { get; set; } = _ => new PushResult.Accepted("");

    /// <summary>Answers wait until <see cref="Release"/>.</summary>
    public void Hold() => _held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release()
    {
        var held = _held;
        _held = null;
        held?.SetResult();
    }

    public async Task<PushResult> SendAsync(PushRequest request, CancellationToken cancellationToken = default)
    {
        Sent.Enqueue(request);
        if (_held is { } held)
            await held.Task;
        return Answer(request);
    }
}
