using System.Text.Json;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Devices;
using Mdm.Fleet.Grains.Records;
using Mdm.Fleet.Storage;

namespace Mdm.Fleet.Grains.Devices;

/// <summary>
/// What the index holds of a device for those who look at the whole fleet: all that rules see, and the signature of what its last plan
/// wanted. Written with the device's row, so that both tell of one moment.
/// </summary>
public sealed record FactsRow(Subject Subject, ulong Signature)
{
    /// <summary>Devices that are not enrolled are planned nothing and have none.</summary>
    public static ReadOnlyMemory<byte> Of(Device device) => device.Status == EnrollmentStatus.Enrolled
        ? JsonSerializer.SerializeToUtf8Bytes(new FactsRow(device.Subject, device.Signature), GrainsJson.Default.FactsRow)
        : default;

    /// <summary>Null = the device is planned nothing, or its row tells nothing: <see cref="IsUntold"/> says which.</summary>
    public static FactsRow? Read(ScanRow row)
    {
        if (row.Facts.IsEmpty)
            return null;
        try
        {
            return JsonSerializer.Deserialize(row.Facts.Span, GrainsJson.Default.FactsRow) is { Subject: { Facts: not null, Owner: not null } } facts ? facts : null;
        }
        catch (Exception unread) when (unread is JsonException or FormatException or ArgumentException or InvalidOperationException or NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>
    /// An enrolled device whose row tells nothing: it is of a version that wrote no facts, or can't be read. The device writes it anew when it
    /// plans next; until then whoever needs its facts asks the device.
    /// </summary>
    public static bool IsUntold(ScanRow row) => row.Status.StartsWith("enrolled.", StringComparison.Ordinal) && Read(row) is null;
}
