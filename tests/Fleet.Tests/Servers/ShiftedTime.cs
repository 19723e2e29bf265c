namespace Mdm.Fleet.Fleet.Tests.Servers;

/// <summary>The system's clock, put forward or back; timers go on as they are.</summary>
internal sealed class ShiftedTime : TimeProvider
{
    private long _shiftTicks;

    public TimeSpan Shift
    {
        get => new(Volatile.Read(ref _shiftTicks));
        set => Volatile.Write(ref _shiftTicks, value.Ticks);
    }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Shift;
}
