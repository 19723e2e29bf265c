using System.Text.Json;
using Mdm.Fleet.Domain.Devices;
using Mdm.Fleet.Storage;

namespace Mdm.Fleet.Grains.Records;

/// <summary>Lines of the event log, committed with the record that they are about.</summary>
public static class Lines
{
    public const string AuditType = "audit";

    public static EventLine Of(RecordKey subject, DateTimeOffset at, DeviceEvent what) =>
        new(what.Type, at, JsonSerializer.SerializeToUtf8Bytes(what, GrainsJson.Default.DeviceEvent), subject);

    /// <summary>Who did what: every act of an admin leaves one.</summary>
    public static EventLine Audit(RecordKey subject, DateTimeOffset at, string by, string act) =>
        new(AuditType, at, JsonSerializer.SerializeToUtf8Bytes(new AuditEntry(by, act), GrainsJson.Default.AuditEntry), subject);
}

/// <summary>The data of an audit line.</summary>
public sealed record AuditEntry(string By, string Act);
