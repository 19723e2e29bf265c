using Mdm.Fleet.Grains.Catalog;

namespace Mdm.Fleet.Frontend.Admin.Http;

/// <summary>What the catalog does not publish, as the API says it.</summary>
internal static class Refusal
{
    public static RefusalException Of(PublishReply reply) => reply.Fault switch
    {
        PublishFault.Cycle => RefusalException.Field("rule", reply.Detail!, "cycle"),
        PublishFault.Unknown => RefusalException.Field("rule", reply.Detail!, "unknown-in-rule"),
        PublishFault.InUse => RefusalException.Conflict("in-use", reply.Detail!),
        PublishFault.Taken => RefusalException.Conflict("taken", reply.Detail!),
        PublishFault.Fixed => RefusalException.Conflict("fixed", reply.Detail!),
        PublishFault.TooMany => RefusalException.Conflict("too-many", reply.Detail!),
        PublishFault.Stale => RefusalException.Stale(),
        PublishFault.NotFound => new RefusalException(Microsoft.AspNetCore.Http.StatusCodes.Status404NotFound, "not-found", reply.Detail!),
        _ => throw new InvalidOperationException($"No answer to {reply.Fault}."),
    };
}
