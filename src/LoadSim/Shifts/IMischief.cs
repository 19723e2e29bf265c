using Mdm.Fleet.LoadSim.Devices;

namespace Mdm.Fleet.LoadSim.Shifts;

/// <summary>Looks over a shift's shoulder at the moments that matter, and may do harm there.</summary>
public interface IMischief
{
    /// <summary>Before the devices start: some get a temper.</summary>
    void Choose(IReadOnlyList<SimulatedDevice> devices, ShiftPlan plan, Staff staff);

    /// <summary>A device is about to enrol.</summary>
    Task EnrollingAsync(SimulatedDevice device, CancellationToken cancellationToken);

    /// <summary>A device's first TokenUpdate was just accepted.</summary>
    Task EnrolledAsync(SimulatedDevice device, CancellationToken cancellationToken);

    /// <summary>A sign-in was just answered 2xx; <paramref name="pending"/> says whether the device is not ready yet.</summary>
    Task SignedInAsync(SimulatedDevice device, Func<bool> pending, CancellationToken cancellationToken);

    /// <summary>A sign-out was just answered 2xx; <paramref name="pending"/> says whether the device is not clean yet.</summary>
    Task SignedOutAsync(SimulatedDevice device, Func<bool> pending, CancellationToken cancellationToken);
}

/// <summary>A quiet day.</summary>
public sealed class NoMischief : IMischief
{
    public void Choose(IReadOnlyList<SimulatedDevice> devices, ShiftPlan plan, Staff staff)
    {
    }

    public Task EnrollingAsync(SimulatedDevice device, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task EnrolledAsync(SimulatedDevice device, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task SignedInAsync(SimulatedDevice device, Func<bool> pending, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task SignedOutAsync(SimulatedDevice device, Func<bool> pending, CancellationToken cancellationToken) => Task.CompletedTask;
}
