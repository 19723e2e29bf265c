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

    private ConfigurationRecord Saved => state.State;

    private ItemId Id => ItemId.Parse(this.GetPrimaryKeyString());

    private bool IsBuiltIn => Id.Value == IConfiguration.MultiUserSignIn;

    public async Task<bool> Create(ConfigurationSpec spec, string by)
    {
        if (IsBuiltIn || Saved.Id.Length > 0)
            return false;
        await SaveAndPublish(await With(spec), by, "Create configuration");
        return true;
    }

    public async Task<ConfigurationView?> View()
    {
        await EnsureBuiltIn();
        return Saved.Exists ? await Show() : null;
    }

    public async Task<ConfigurationChange> Update(ConfigurationSpec spec, string? etag, string by)
    {
        if (await Check(etag) is { } refused)
            return refused;
        var isApp = Saved.ContentKind == "app";
        if (isApp != spec.App is not null || (isApp && spec.App!.BundleId != (await Content())!.App!.BundleId))
            return await Answer(ConfigurationResult.Fixed);
        if (IsBuiltIn && (spec.Content is not ConfigurationContent.MultiUserSignIn || spec.Name != Saved.Name || !spec.Enabled || spec.Priority != (Saved.Priority ?? Item.PriorityDefault)))
            return await Answer(ConfigurationResult.BuiltIn);
        return await SaveAndPublish(await With(spec), by, "Update configuration");
    }

    public async Task<ConfigurationChange> Distribute(Distribution distribution, string? etag, string by) =>
        await Check(etag) ?? await SaveAndPublish(Saved with { Distribution = distribution }, by, "Distribute configuration");

    public async Task<ConfigurationChange> Delete(string? etag, string by)
    {
        if (await Check(etag) is { } refused)
            return refused;
        return IsBuiltIn ? await Answer(ConfigurationResult.BuiltIn) : await SaveAndPublish(Saved with { Deleted = true }, by, "Delete configuration");
    }

    public async Task LookAgain(string reason, long mark)
    {
        await state.EnsureNewest(DeactivateOnIdle);
        if (Saved.Pending)
            await Publish();
        await store.MarkAsync([new DueChange(new RecordKey("configuration", this.GetPrimaryKeyString()), reason, mark, null)]);
    }

    /// <summary>The built-in one comes to be when it is first looked at.</summary>
    private async Task EnsureBuiltIn()
    {
        if (IsBuiltIn && Saved.Id.Length == 0)
            await SaveAndPublish(await With(SignInSpec), "server", "Create built-in configuration");
    }

    public Task<Item> Draft(ConfigurationSpec spec) => Task.FromResult(ItemOf(Described(spec), PayloadOf(spec)));

    private static Payload PayloadOf(ConfigurationSpec spec) => new(spec.Name, spec.Content, spec.App);

    private static Payload PayloadOf(ConfigurationSpec spec, AppVersion version) => new(spec.Name, null, spec.App! with { ManifestUrl = version.ManifestUrl });

    private async Task<ConfigurationRecord> With(ConfigurationSpec spec)
    {
        await Keep(PayloadOf(spec));
        foreach (var version in spec.Versions)
            await Keep(PayloadOf(spec, version));
        return Described(spec);
    }

    private Task Keep(Payload payload) => GrainFactory.GetGrain<IPayload>(PayloadGrain.RevisionOf(payload)).Put(payload);

    private ConfigurationRecord Described(ConfigurationSpec spec) => Saved with
    {
        Id = Id.Value,
        Name = spec.Name,
        ContentKind = KindOf(spec),
        Revision = PayloadGrain.RevisionOf(PayloadOf(spec)),
        Versions = [.. spec.Versions.Select(version =>
            new StoredVersion(version.Version, version.ManifestUrl, PayloadGrain.RevisionOf(PayloadOf(spec, version)), version.For))],
        Priority = spec.Priority,
        Exclusive = spec.Exclusive,
        IsNetwork = spec.IsNetwork,
        Distribution = spec.Distribution,
        Enabled = spec.Enabled,
        Required = spec.Required,
    };

    private async Task<ConfigurationChange> SaveAndPublish(ConfigurationRecord next, string by, string act)
    {
        if (!next.Deleted)
            await GrainFactory.GetGrain<ICatalog>(ICatalog.Key).CheckItem(ItemOf(next, (await GrainFactory.GetGrain<IPayload>(next.Revision).Read())!));
        var now = time.GetUtcNow();
        state.State = next with { Pending = true, ChangedAt = now, Events = [Lines.Audit(new RecordKey("configuration", Id.Value), now, by, act)] };
        await state.WriteOrDrop(DeactivateOnIdle);
        var revision = await Publish();
        return new ConfigurationChange(ConfigurationResult.Done, Saved.Exists ? await Show() : null, revision);
    }

    private async Task<long> Publish()
    {
        var catalog = GrainFactory.GetGrain<ICatalog>(ICatalog.Key);
        if (Saved.Deleted)
        {
            var withdrawn = await catalog.RemoveItem(Id);
            state.State = Saved with { Pending = false, Events = [] };
            await state.ClearOrDrop(DeactivateOnIdle);
            DeactivateOnIdle();
            return withdrawn;
        }

        var content = (await Content())!;
        var revision = await catalog.PutItem(ItemOf(Saved, content));
        state.State = Saved with { Pending = false, ChangedAt = time.GetUtcNow(), Events = [] };
        await state.WriteOrDrop(DeactivateOnIdle);
        return revision;
    }

    private Item ItemOf(ConfigurationRecord draft, Payload content) =>
        new(Id, ItemKindOf(content), draft.Name, draft.Revision, DeliveryOf(content), draft.Distribution, draft.Enabled, draft.Required)
        {
            Priority = draft.Priority ?? Item.PriorityDefault,
            Exclusive = draft.Exclusive,
            IsNetwork = draft.IsNetwork || content.Content is ConfigurationContent.WiFi,
            Variables = content.Content is { } typed ? [.. Substitution.Variables(typed).OrderBy(id => id.Value, StringComparer.Ordinal)] : [],
            Versions = [.. draft.Versions.Select(version => new ItemVersion(version.Revision, version.For))],
        };

    private async Task<ConfigurationChange?> Check(string? etag)
    {
        await EnsureBuiltIn();
        return !Saved.Exists ? new ConfigurationChange(ConfigurationResult.NotFound, null, 0)
            : etag is not null && etag != state.Etag ? await Answer(ConfigurationResult.Stale)
            : null;
    }

    private async Task<ConfigurationChange> Answer(ConfigurationResult result) => new(result, await Show(), 0);

    private async Task<ConfigurationView> Show()
    {
        var content = (await Content())!;
        var spec = new ConfigurationSpec(Saved.Name, content.Content, content.App, Saved.Distribution, Saved.Enabled, Saved.Required)
        {
            Priority = Saved.Priority ?? Item.PriorityDefault,
            Exclusive = Saved.Exclusive,
            IsNetwork = Saved.IsNetwork,
            Versions = [.. Saved.Versions.Select(version => new AppVersion(version.Version, version.ManifestUrl, version.For))],
        };
        return new ConfigurationView(Id, spec, Saved.Revision, IsBuiltIn, !Saved.Pending, state.Etag ?? "");
    }

    private Task<Payload?> Content() => GrainFactory.GetGrain<IPayload>(Saved.Revision).Read();

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
