using Orleans;

namespace Mdm.Fleet.Grains.Admin;

/// <summary>Acts of admins that change no record and are on record all the same (key "notes").</summary>
[Alias("auditNotes")]
public interface IAuditNotes : IGrainWithStringKey
{
    const string Key = "notes";

    /// <summary>Writes the line: durable when this returns. Kind and key: what it is about.</summary>
    Task Note(string kind, string key, string by, string act);
}
