using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Configurations;
using Mdm.Fleet.Frontend.Devices;
using Mdm.Fleet.Grains.Catalog;
using Mdm.Fleet.Grains.Configurations;
using Microsoft.AspNetCore.Http;
using Orleans;

namespace Mdm.Fleet.Frontend.SignIn;

/// <summary>The looks in force, by the revision of the built-in configuration: what is published under a revision never changes.</summary>
public sealed class SignInLooks(IGrainFactory grains, ProfileCache cache)
{
    private static readonly ItemId SignInItem = ItemId.Parse(IConfiguration.MultiUserSignIn);

    /// <summary>The look of a revision; of none, or where it is missing, as usual: people are let in all the same.</summary>
    public async Task<SignInLook> ReadAsync(string? revision, HttpRequest request, string spoken)
    {
        if (revision is null || await ContentAsync(EffectiveRevision.ContentOf(revision)) is not { } content)
            return SignInLook.Default;
        return SignInLook.Of(content, $"{request.PathBase}/signin/icon/{EffectiveRevision.ContentOf(revision)}.png", request.Headers.AcceptLanguage, spoken);
    }

    /// <summary>The look of pages that are no device's.</summary>
    public async Task<SignInLook> CurrentAsync(HttpRequest request, string spoken) => await ReadAsync((await PublishedAsync())?.Revision, request, spoken);

    /// <summary>The icon of a revision that is published; null = there is none.</summary>
    public async Task<ReadOnlyMemory<byte>?> IconAsync(string revision) =>
        cache.Payload(revision) is not null || (await PublishedAsync())?.Revision == revision ? (await ContentAsync(revision))?.IconPng : null;

    private async Task<Item?> PublishedAsync() => (await grains.GetGrain<ICatalog>(ICatalog.Key).Read()).Find(SignInItem);

    private async Task<ConfigurationContent.MultiUserSignIn?> ContentAsync(string revision)
    {
        if (cache.Payload(revision) is not { } payload)
        {
            if (await grains.GetGrain<IPayload>(revision).Read() is not { } read)
                return null;
            cache.Keep(revision, payload = read);
        }

        return payload.Content as ConfigurationContent.MultiUserSignIn;
    }
}
