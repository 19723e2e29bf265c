using Mdm.Fleet.Domain.Catalog;

namespace Mdm.Fleet.Domain.Devices;

/// <summary>How far a session is: every required item shown by a list, or refused by the device.</summary>
public static class Readiness
{
    public static bool IsReady(IReadOnlyDictionary<ItemId, Item> desired, IReadOnlyDictionary<ItemId, Verdict> verdicts) =>
        desired.Values.All(item => !item.Required || verdicts[item.Id].State is ItemState.Settled or ItemState.Blocked);

    /// <summary>Tells, once a session, that the person's device is ready.</summary>
    public static Transition Tell(Device device, IReadOnlyDictionary<ItemId, Item> desired, IReadOnlyDictionary<ItemId, Verdict> verdicts, DateTimeOffset now)
    {
        if (device.WasReady || device.Owner.IsNobody || !IsReady(desired, verdicts))
            return Transition.Of(device);
        var milliseconds = (long)(now - device.Owner.Since).TotalMilliseconds;
        return Transition.Of(device with { WasReady = true }, new DeviceEvent.Ready(device.Owner.User, device.Epoch, milliseconds));
    }
}
