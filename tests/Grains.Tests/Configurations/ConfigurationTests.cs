using System.Text.Json;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Configurations;
using Mdm.Fleet.Grains.Catalog;
using Mdm.Fleet.Grains.Configurations;
using Mdm.Fleet.Grains.Records;
using Mdm.Fleet.Grains.Tests.Hosting;

namespace Mdm.Fleet.Grains.Tests.Configurations;

/// <summary>A draft is published, over crashes too; the built-in one is always there.</summary>
public sealed class ConfigurationTests : IAsyncLifetime
{
    private Hosting.Fleet _fleet = null!;

    private IConfiguration WiFi => _fleet.Grains.GetGrain<IConfiguration>("wifi");

    private IConfiguration SignIn => _fleet.Grains.GetGrain<IConfiguration>(IConfiguration.MultiUserSignIn);

    public async Task InitializeAsync() => _fleet = await Hosting.Fleet.StartAsync();

    public async Task DisposeAsync() => await _fleet.DisposeAsync();

    [Fact]
    public async Task What_is_created_is_published_and_what_is_deleted_is_withdrawn_without_a_mark_left()
    {
        Assert.True(await WiFi.Create(Spec(), "admin"));
        Assert.False(await WiFi.Create(Spec(), "admin"));
        Assert.NotNull((await _fleet.Catalog.Read()).Find(ItemId.Parse("wifi")));
        Assert.Equal(ConfigurationResult.Done, (await WiFi.Delete(null, "admin")).Result);
        Assert.Null((await _fleet.Catalog.Read()).Find(ItemId.Parse("wifi")));
        Assert.Null(await WiFi.View());
        Assert.Empty(await _fleet.MarksAsync("configuration"));
        Assert.True(await WiFi.Create(Spec(), "admin"));
    }

    [Fact]
    public async Task A_crash_between_saving_and_publishing_is_made_good_by_the_sweeper()
    {
        await WiFi.Create(Spec(), "admin");
        var key = new Storage.RecordKey("configuration", "wifi");
        var stored = await _fleet.Store.ReadAsync(key);
        var draft = JsonSerializer.Deserialize(stored!.Body.Span, GrainsJson.Default.ConfigurationRecord)! with
        {
            Pending = true, Distribution = To.Everyone, ChangedAt = _fleet.Time.GetUtcNow(),
        };
        var body = JsonSerializer.SerializeToUtf8Bytes(draft, GrainsJson.Default.ConfigurationRecord);
        await _fleet.Store.WriteAsync(new Storage.RecordWrite(key, body, stored.Etag, Due: draft.TakeDue()));
        await _fleet.RestartAsync();

        Assert.IsType<Distribution.None>((await _fleet.Catalog.Read()).Find(ItemId.Parse("wifi"))!.Distribution);
        await _fleet.PassAsync(TimeSpan.FromSeconds(6));
        Assert.IsType<Distribution.All>((await _fleet.Catalog.Read()).Find(ItemId.Parse("wifi"))!.Distribution);
        Assert.Empty(await _fleet.MarksAsync("configuration"));
    }

    [Fact]
    [Trait("Requirement", "MU-10")]
    public async Task The_built_in_sign_in_configuration_is_there_and_only_its_distribution_and_branding_change()
    {
        Assert.False(await SignIn.Create(Spec(), "admin"));
        var view = (await SignIn.View())!;
        Assert.True(view.BuiltIn);
        Assert.IsType<Distribution.None>(view.Spec.Distribution);
        Assert.Equal(ConfigurationResult.BuiltIn, (await SignIn.Delete(null, "admin")).Result);
        Assert.Equal(ConfigurationResult.BuiltIn, (await SignIn.Update(view.Spec with { Name = "Other" }, null, "admin")).Result);
        Assert.Equal(ConfigurationResult.Done, (await SignIn.Distribute(To.Everyone, null, "admin")).Result);
        Assert.Equal(ItemKind.MultiUserSignIn, (await _fleet.Catalog.Read()).Find(ItemId.Parse(IConfiguration.MultiUserSignIn))!.Kind);
    }

    [Fact]
    public async Task A_mark_that_has_nothing_to_say_goes_when_it_is_told()
    {
        await _fleet.Store.MarkAsync([
            new(new("configuration", "gone"), "publish", 7, _fleet.Time.GetUtcNow()),
            new(new("user", "gone"), "tell", 7, _fleet.Time.GetUtcNow()),
            new(new("device", "DEVICE-GONE"), "push", 7, _fleet.Time.GetUtcNow()),
            new(new("device", "DEVICE-GONE"), "look", 7, _fleet.Time.GetUtcNow()),
            new(new("catalog", ICatalog.Key), "outbox", 7, _fleet.Time.GetUtcNow())]);
        await _fleet.PassAsync(TimeSpan.FromSeconds(1));
        foreach (var kind in new[] { "configuration", "user", "device", "catalog" })
            Assert.Empty(await _fleet.MarksAsync(kind));
    }

    private static ConfigurationSpec Spec() => new("Ward Wi-Fi", new ConfigurationContent.WiFi("ward"), null, To.Nobody, true, true);
}
