using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using Mdm.Fleet.Domain.Devices;
using Mdm.Fleet.Storage;

namespace Mdm.Fleet.Grains.Devices;

/// <summary>
/// The row that lists show of a device. Its status in the index is "enrolled.person.cleaning": three words that the overview counts
/// by; lists filter by tags.
/// </summary>
public static class DeviceRow
{
    public static IndexRow Of(string id, Device device, DateTimeOffset changedAt)
    {
        var status = StatusOf(device.Status);
        var handOver = HandOverOf(device);
        var search = string.Join(' ', id, device.Facts.SerialNumber, device.Facts.Name, device.Facts.Model, device.Owner.User, device.Owner.DisplayName);
        return new IndexRow(
            $"{status}.{(device.Owner.IsNobody ? "nobody" : "person")}.{handOver}",
            Clip(search, 1024)!.ToLowerInvariant(),
            Summary(id, device, status, handOver, changedAt),
            Tags(device, status, handOver),
            FactsRow.Of(device));
    }

    /// <summary>Whether two states of a device give the same row, but for the time of the change.</summary>
    public static bool IsSame(Device one, Device other) =>
        IsSameSubject(one, other)
        && one.Epoch == other.Epoch && one.Signature == other.Signature && one.WasReady == other.WasReady && one.SignInToken == other.SignInToken
        && HandOverOf(one) == HandOverOf(other);

    /// <summary>Whether rules and distributions see the same in two states of a device.</summary>
    public static bool IsSameSubject(Device one, Device other) =>
        one.Status == other.Status && one.Kind == other.Kind && one.Facts == other.Facts && one.Owner == other.Owner && one.Groups == other.Groups
        && one.Attributes == other.Attributes && one.Ownership == other.Ownership && one.Asked == other.Asked;

    public static string StatusOf(EnrollmentStatus status) => JsonNamingPolicy.CamelCase.ConvertName(status.ToString());

    /// <summary>The worst open one counts: residue, then cleaning, then clean.</summary>
    public static string HandOverOf(Device device) =>
        device.HandOvers.IsEmpty ? "none"
        : device.HandOvers.Any(handOver => handOver.State == HandOverState.Residue) ? "residue"
        : device.HandOvers.Any(handOver => handOver.State == HandOverState.Cleaning) ? "cleaning"
        : "clean";

    private static ImmutableArray<string> Tags(Device device, string status, string handOver)
    {
        var tags = ImmutableArray.CreateBuilder<string>();
        tags.Add(DeviceRecord.StatusTag(status));
        tags.Add(DeviceRecord.OwnerTag(device.Owner.User));
        tags.Add(DeviceRecord.HandOverTag(handOver));
        if (device.SignInToken is { } token)
            tags.Add(DeviceRecord.SignInTag(token));
        tags.AddRange(device.Groups.Select(DeviceRecord.DeviceGroupTag));
        tags.AddRange(device.Owner.Groups.Select(DeviceRecord.OwnerGroupTag));
        if (DeviceRecord.SerialTag(device.Facts.SerialNumber) is { } serial && tags.Count < RecordLimits.TagsMax)
            tags.Add(serial);
        return tags.ToImmutable();
    }

    /// <summary>A row is bounded, whatever a device says of itself.</summary>
    private static string? Clip(string? text, int charactersMax) => text is { } whole && whole.Length > charactersMax ? whole[..charactersMax] : text;

    private static ReadOnlyMemory<byte> Summary(string id, Device device, string status, string handOver, DateTimeOffset changedAt)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("id", id);
            json.WriteString("name", Clip(device.Facts.Name, 256) ?? device.Facts.SerialNumber ?? id);
            json.WriteString("serial", device.Facts.SerialNumber);
            json.WriteString("model", device.Facts.Model ?? device.Facts.ProductName);
            json.WriteString("osVersion", device.Facts.OsVersion);
            json.WriteString("kind", device.Kind.ToString());
            json.WriteString("status", status);
            json.WriteString("owner", device.Owner.User.Value);
            json.WriteString("ownerName", device.Owner.DisplayName);
            json.WriteNumber("epoch", device.Epoch);
            json.WriteString("handOver", handOver);
            json.WriteBoolean("ready", device.WasReady);
            json.WriteString("updated", changedAt);
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}
