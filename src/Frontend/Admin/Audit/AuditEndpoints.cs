using System.Text.Json;
using Mdm.Fleet.Frontend.Admin.Access;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Grains.Admin;
using Mdm.Fleet.Grains.Records;
using Mdm.Fleet.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Orleans;

namespace Mdm.Fleet.Frontend.Admin.Audit;

/// <summary>Who did what, and whether it still is what was written.</summary>
internal static class AuditEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var audit = api.MapGroup("/audit").WithTags("Audit").Needs(Right.ReadAudit);
        audit.MapGet("", ListAsync).WithSummary("Acts of admins, the oldest first; next goes on behind the last one");
        audit.MapGet("/verification", VerifyAsync).WithSummary("Walks the hash chain of all acts that are kept and says whether it is intact");
    }

    private static async Task<Ok<Listed<AuditLine>>> ListAsync(IRecordStore store, long? after, int? limit, CancellationToken cancellationToken)
    {
        var rows = Lists.Limit(limit);
        var lines = new List<AuditLine>();
        await foreach (var line in AuditChain.Read(store, after ?? 0, cancellationToken))
        {
            if (line.Line.Type != Lines.AuditType)
                continue;
            var entry = JsonSerializer.Deserialize(line.Line.Data.Span, GrainsJson.Default.AuditEntry)!;
            lines.Add(new AuditLine(line.Cursor, line.Line.At, entry.By, entry.Act, line.Line.Subject.Kind, line.Line.Subject.Key));
            if (lines.Count == rows)
                break;
        }

        return TypedResults.Ok(new Listed<AuditLine>(lines, lines.Count == rows ? lines[^1].Cursor.ToString(System.Globalization.CultureInfo.InvariantCulture) : null));
    }

    private static async Task<Ok<AuditVerdict>> VerifyAsync(IGrainFactory grains, IRecordStore store, CancellationToken cancellationToken)
    {
        var head = await grains.GetGrain<IAudit>(IAudit.Key).Seal();
        return TypedResults.Ok(await AuditChain.Verify(store, head, cancellationToken));
    }
}

/// <summary>One act: who, what, on which noun, when.</summary>
public sealed record AuditLine(long Cursor, DateTimeOffset At, string By, string Act, string Kind, string Key);
