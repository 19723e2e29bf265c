using System.Collections.Immutable;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Configurations;
using Mdm.Fleet.Domain.Policies;
using Mdm.Fleet.Grains.Catalog;
using Mdm.Fleet.Grains.Records;
using Mdm.Fleet.Storage;
using Orleans;
using Orleans.Runtime;

namespace Mdm.Fleet.Grains.Configurations;

/// <summary>Saves the draft with the duty to publish it, publishes, and notes that. A crash in between is finished by the sweeper.</summary>
public sealed class ConfigurationGrain(
    [PersistentState("configuration")] IPersistentState<ConfigurationRecord> state,
    Installation installation,
    IRecordStore store,
    TimeProvider time) : Grain, IConfiguration
{
    private static readonly ConfigurationSpec SignInSpec = new(
        "Multi-user Secure Sign-in for iOS", new ConfigurationContent.MultiUserSignIn("Sign in"), null, new Distribution.None(), true, true);

    private ConfigurationRecord Draft => state.State;

    private ItemId Id => ItemId.Parse(this.GetPrimaryKeyString());

    private bool IsBuiltIn => Id.Value == IConfiguration.MultiUserSignIn;

    public async Task<bool> Create(ConfigurationSpec spec, string by)
    {
        if (IsBuiltIn || Draft.Id.Length > 0)
            return false;
        await SaveAndPublish(await With(spec), by, "Create configuration");
        return true;
    }

    public async Task<ConfigurationView?> View()
    {
        await EnsureBuiltIn();
        return Draft.Exists ? await Show() : null;
    }

    public async Task<ConfigurationChange> Update(ConfigurationSpec spec, string? etag, string by)
    {
        if (await Check(etag) is { } refused)
            return refused;
        var isApp = Draft.ContentKind == "app";
        if (isApp != spec.App is not null || (isApp && spec.App!.BundleId != (await Content())!.App!.BundleId))
            return await Answer(ConfigurationResult.Fixed);
        if (IsBuiltIn && (spec.Content is not ConfigurationContent.MultiUserSignIn || spec.Name != Draft.Name || !spec.Enabled))
            return await Answer(ConfigurationResult.BuiltIn);
        return await SaveAndPublish(await With(spec), by, "Update configuration");
    }

    public async Task<ConfigurationChange> Distribute(Distribution distribution, string? etag, string by) =>
        await Check(etag) ?? await SaveAndPublish(Draft with { Distribution = distribution }, by, "Distribute configuration");

    public async Task<ConfigurationChange> Delete(string? etag, string by)
    {
        if (await Check(etag) is { } refused)
            return refused;
        return IsBuiltIn ? await Answer(ConfigurationResult.BuiltIn) : await SaveAndPublish(Draft with { Deleted = true }, by, "Delete configuration");
    }

    public async Task LookAgain(string reason, long mark)
    {
        if (Draft.Pending)
            await Publish();
        await store.MarkAsync([new DueChange(new RecordKey("configuration", this.GetPrimaryKeyString()), reason, mark, null)]);
    }

    /// <summary>The built-in one comes to be when it is first looked at.</summary>
    private async Task EnsureBuiltIn()
    {
        if (IsBuiltIn && Draft.Id.Length == 0)
            await SaveAndPublish(await With(SignInSpec), "server", "Create built-in configuration");
    }

    private async Task<ConfigurationRecord> With(ConfigurationSpec spec)
    {
        var versions = ImmutableArray.CreateBuilder<StoredVersion>();
        foreach (var version in spec.Versions)
        {
            var revision = await Keep(new Payload(spec.Name, null, spec.App! with { ManifestUrl = version.ManifestUrl }));
            versions.Add(new StoredVersion(version.Version, version.ManifestUrl, revision, version.For));
        }

        return Draft with
        {
            Id = Id.Value,
            Name = spec.Name,
            ContentKind = KindOf(spec),
            Revision = await Keep(new Payload(spec.Name, spec.Content, spec.App)),
            Versions = versions.ToImmutable(),
            Priority = spec.Priority,
            Exclusive = spec.Exclusive,
            IsNetwork = spec.IsNetwork,
            Distribution = spec.Distribution,
            Enabled = spec.Enabled,
            Required = spec.Required,
        };
    }

    private async Task<string> Keep(Payload payload)
    {
        var revision = PayloadGrain.RevisionOf(payload);
        await GrainFactory.GetGrain<IPayload>(revision).Put(payload);
        return revision;
    }

    private async Task<ConfigurationChange> SaveAndPublish(ConfigurationRecord next, string by, string act)
    {
        var now = time.GetUtcNow();
        state.State = next with { Pending = true, ChangedAt = now, Events = [Lines.Audit(new RecordKey("configuration", Id.Value), now, by, act)] };
        await state.WriteOrDrop(DeactivateOnIdle);
        var revision = await Publish();
        return new ConfigurationChange(ConfigurationResult.Done, Draft.Exists ? await Show() : null, revision);
    }

    private async Task<long> Publish()
    {
        var catalog = GrainFactory.GetGrain<ICatalog>(ICatalog.Key);
        if (Draft.Deleted)
        {
            var withdrawn = await catalog.RemoveItem(Id);
            state.State = Draft with { Pending = false, Events = [] };
            await state.ClearOrDrop(DeactivateOnIdle);
            DeactivateOnIdle();
            return withdrawn;
        }

        var content = (await Content())!;
        var revision = await catalog.PutItem(new Item(
            Id, ItemKindOf(content), Draft.Name, Draft.Revision, DeliveryOf(content), Draft.Distribution, Draft.Enabled, Draft.Required)
        {
            Priority = Draft.Priority ?? Item.PriorityDefault,
            Exclusive = Draft.Exclusive,
            IsNetwork = Draft.IsNetwork || content.Content is ConfigurationContent.WiFi,
            Variables = content.Content is { } typed ? [.. Substitution.Variables(typed).OrderBy(id => id.Value, StringComparer.Ordinal)] : [],
            Versions = [.. Draft.Versions.Select(version => new ItemVersion(version.Revision, version.For))],
        });
        state.State = Draft with { Pending = false, ChangedAt = time.GetUtcNow(), Events = [] };
        await state.WriteOrDrop(DeactivateOnIdle);
        return revision;
    }

    private async Task<ConfigurationChange?> Check(string? etag)
    {
        await EnsureBuiltIn();
        return !Draft.Exists ? new ConfigurationChange(ConfigurationResult.NotFound, null, 0)
            : etag is not null && etag != state.Etag ? await Answer(ConfigurationResult.Stale)
            : null;
    }

    private async Task<ConfigurationChange> Answer(ConfigurationResult result) => new(result, await Show(), 0);

    private async Task<ConfigurationView> Show()
    {
        var content = (await Content())!;
        var spec = new ConfigurationSpec(Draft.Name, content.Content, content.App, Draft.Distribution, Draft.Enabled, Draft.Required)
        {
            Priority = Draft.Priority ?? Item.PriorityDefault,
            Exclusive = Draft.Exclusive,
            IsNetwork = Draft.IsNetwork,
            Versions = [.. Draft.Versions.Select(version => new AppVersion(version.Version, version.ManifestUrl, version.For))],
        };
        return new ConfigurationView(Id, spec, Draft.Revision, IsBuiltIn, !Draft.Pending, state.Etag ?? "");
    }

    private Task<Payload?> Content() => GrainFactory.GetGrain<IPayload>(Draft.Revision).Read();

    private Delivery DeliveryOf(Payload payload) => payload switch
    {
        { App: { } app } => new Delivery.ManagedApp(app.BundleId),
        { Content: Policy policy } => new Delivery.ServerSide(policy.NeedsApps),
        { Content: ManagedAppsOnly or AuthenticatorOnly } => new Delivery.ServerSide(),
        _ => new Delivery.Profile(installation.IdentifierOf(Id)),
    };

    private static ItemKind ItemKindOf(Payload payload) => payload.Content switch
    {
        null => ItemKind.App,
        ConfigurationContent.MultiUserSignIn => ItemKind.MultiUserSignIn,
        ConfigurationContent.Certificate => ItemKind.Certificate,
        ConfigurationContent.WebClip => ItemKind.WebClip,
        Policy => ItemKind.Policy,
        _ => ItemKind.Configuration,
    };

    private static string KindOf(ConfigurationSpec spec) => spec.Content?.Kind ?? "app";
}
