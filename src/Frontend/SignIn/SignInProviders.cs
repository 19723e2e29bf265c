using System.Collections.Immutable;
using System.Text.Json;
using Mdm.Fleet.Domain.IdentityProviders;
using Mdm.Fleet.Grains.IdentityProviders;
using Mdm.Fleet.Storage;

namespace Mdm.Fleet.Frontend.SignIn;

/// <summary>An identity provider that a person may sign in with, and the address that leads there.</summary>
public sealed record SignInProvider(string Id, string Name, string Url);

/// <summary>The providers that a sign-in page offers: those that are enabled, where people can come back from them.</summary>
public sealed class SignInProviders(IRecordStore store, FrontendOptions options)
{
    /// <summary>Buttons on a page; an organization has one or two.</summary>
    private const int OfferedMax = 8;

    public async Task<SignInModel> OfferOn(SignInModel model, string token) => model.State == "free" && ProviderDesk.RedirectUri(options) is not null
        ? model with { Providers = await Enabled(token) }
        : model;

    private async Task<ImmutableArray<SignInProvider>> Enabled(string token)
    {
        var page = await store.QueryAsync(new IndexQuery(IdentityProviderRecord.Kind, Status: IdentityProviderRecord.Enabled, Limit: OfferedMax));
        return [.. page.Rows.Select(row => Show(row, token))];
    }

    private static SignInProvider Show(IndexEntry row, string token)
    {
        using var summary = JsonDocument.Parse(row.Row.Summary);
        var id = IdentityProviderId.Parse(row.Key);
        return new SignInProvider(id.Value, summary.RootElement.GetProperty("name").GetString()!, $"/signin/{Uri.EscapeDataString(token)}/with/{id}");
    }
}
