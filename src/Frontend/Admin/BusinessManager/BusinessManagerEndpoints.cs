using Mdm.Fleet.Frontend.Admin.Access;
using Mdm.Fleet.Frontend.Keys;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Mdm.Fleet.Frontend.Admin.BusinessManager;

/// <summary>What Apple Business Manager needs to know of this server.</summary>
internal static class BusinessManagerEndpoints
{
    private const string Pem = "application/x-pem-file";

    public static void Map(RouteGroupBuilder api)
    {
        var business = api.MapGroup("/business-manager").WithTags("Apple Business Manager").Needs(Right.ReadFleet, Right.ManageServer);
        business.MapGet("/certificate", Certificate).Produces<string>(StatusCodes.Status200OK, Pem).WithSummary("The certificate to upload, as PEM");
    }

    private static ContentHttpResult Certificate(InstallationKeys keys) => TypedResults.Text(keys.Business.CertificatePem, Pem);
}
