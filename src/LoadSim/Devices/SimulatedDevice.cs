using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;
using Mdm.Fleet.LoadSim.Network;

namespace Mdm.Fleet.LoadSim.Devices;

/// <summary>
/// A virtual iPad: it enrols, connects when pushed, obeys, and reports truthfully. One loop (<see cref="RunAsync"/>) does all the talking;
/// <see cref="Contents"/> may be watched from anywhere.
/// </summary>
public sealed class SimulatedDevice : IDisposable
{
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly DeviceOptions _options;
    private readonly TimeProvider _time;
    private readonly Enrolment _enrolment;
    private readonly CommandDesk _desk;
    private readonly DeviceLine _line;
    private bool _notNowWasLast;

    public SimulatedDevice(DeviceFacts facts, DeviceOptions options, TrustedRoots roots, TimeProvider time, int seed)
    {
        var chance = new Random(seed);
        (Facts, _options, _time) = (facts, options, time);
        Contents = new DeviceContents(time);
        _line = new DeviceLine(Contents.Changed, new Random(seed + 1), options.RetryLongest, time);
        var commands = new EnrolmentCommands(Contents, options, chance, time);
        _enrolment = new Enrolment(facts, options, Contents, commands, new Keychain(roots, time), _line, new Random(seed + 2));
        _desk = new CommandDesk(
            Contents, new ProfileCommands(Contents, Temper), new AppCommands(Contents, Temper, options, chance, time),
            new QueryCommands(facts), commands, new LastResults());
    }

    public DeviceFacts Facts { get; }

    /// <summary>What is on the device.</summary>
    public DeviceContents Contents { get; }

    /// <summary>What it refuses, and what happened to the person's own things.</summary>
    public DeviceTemper Temper { get; } = new();

    /// <summary>Its first TokenUpdate was answered 2xx, and the enrolment has not ended since.</summary>
    public bool Enrolled => _enrolment.Active;

    /// <summary>How often it removed its enrolment because of an answer; must stay 0.</summary>
    public int Unenrolled { get; private set; }

    /// <summary>What a push to it must carry, as its last TokenUpdate said.</summary>
    public string PushMagic => _enrolment.PushMagic;

    /// <summary>Pushes with its magic.</summary>
    public int Pushed { get; private set; }

    /// <summary>Connections that the server accepted to their end.</summary>
    public int Connected { get; private set; }

    /// <summary>Commands answered, repeats included.</summary>
    public int Answered { get; private set; }

    /// <summary>The device has no network: nothing is sent, pushes wait at the push service.</summary>
    public bool Offline
    {
        get => _line.Down;
        set => _line.Down = value;
    }

    /// <summary>Enrols with a profile address that the person opened. One attempt; another may follow.</summary>
    /// <exception cref="EnrolmentFailedException">It did not come about; the device has no enrolment now.</exception>
    public Task EnrolAsync(Uri profileUrl, CancellationToken cancellationToken) => _enrolment.BeginAsync(profileUrl, cancellationToken);

    /// <summary>Continues an enrolment that exists already.</summary>
    public void Resume(EnrolmentProfile profile, X509Certificate2? identity) =>
        _enrolment.Resume(profile, identity);

    /// <summary>The person opens the lock; the device asks for what it put off if that was the last it said.</summary>
    public void Unlock()
    {
        Contents.Locked = false;
        if (_notNowWasLast)
            Wake();
    }

    /// <summary>Makes it connect soon, as a push does.</summary>
    public void Wake() => _wake.Writer.TryWrite(true);

    /// <summary>Lives until cancelled: waits for a push (or its poll), connects, works.</summary>
    public Task RunAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(ReceivePushesAsync(cancellationToken), ConnectWhenWokenAsync(cancellationToken));

    /// <summary>One connection: Idle, then a result for each command, until the server has nothing more.</summary>
    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        var message = _enrolment.Messages.Idle();
        _notNowWasLast = false;
        while (true)
        {
            var sent = message;
            var answer = await _line.InsistAsync(token => _enrolment.Transport.ConnectAsync(_enrolment.Profile.ServerUrl, sent, token), cancellationToken);
            if (answer is MdmAnswer.Unenrol)
            {
                Unenrolled++;
                _enrolment.Drop();
                return;
            }

            if (answer is not MdmAnswer.Accepted { Body: { Length: > 0 } body })
                break;
            var reply = await _desk.AnswerAsync(body, Facts.Udid, cancellationToken);
            Answered++;
            if (reply.Reply is CommandReply.Gone gone)
            {
                await _enrolment.EndAsync(gone.Erased, reply.Message, cancellationToken);
                return;
            }

            _notNowWasLast = reply.Reply is CommandReply.NotNow;
            message = reply.Message;
        }

        Connected++;
        Contents.Changed.Raise();

        // Unlocked between the answer and the end of the connection: nothing else would make it ask again.
        if (_notNowWasLast && !Contents.Locked)
            Wake();
    }

    public void Dispose()
    {
        _enrolment.Dispose();
        _line.Dispose();
    }

    private async Task ConnectWhenWokenAsync(CancellationToken cancellationToken)
    {
        using var poll = _options.Poll is { } every ? _time.CreateTimer(_ => Wake(), null, every, every) : null;
        while (await _wake.Reader.WaitToReadAsync(cancellationToken))
        {
            _wake.Reader.TryRead(out _);
            await Contents.Changed.UntilAsync(() => Enrolled, Timeout.InfiniteTimeSpan, _time, cancellationToken);
            await ConnectAsync(cancellationToken);
        }
    }

    private async Task ReceivePushesAsync(CancellationToken cancellationToken)
    {
        if (_options.Push is not { } source)
            return;
        while (true)
        {
            await Contents.Changed.UntilAsync(() => _enrolment.PushToken is not null && !Offline, Timeout.InfiniteTimeSpan, _time, cancellationToken);
            using var whileUp = _line.WhileUp(cancellationToken);
            try
            {
                await foreach (var magic in source.Receive(_enrolment.PushToken!, whileUp.Token))
                    Receive(magic);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                continue;
            }

            // The push service closed the connection; a device comes back after a while.
            await Task.Delay(TimeSpan.FromSeconds(1), _time, cancellationToken);
        }
    }

    private void Receive(string magic)
    {
        if (magic != _enrolment.PushMagic)
            return;
        Pushed++;
        Wake();
    }
}
