using Mdm.Fleet.Domain.Users;
using Mdm.Fleet.Fleet.Tests.Servers;
using Mdm.Fleet.Grains.Users;
using Mdm.Fleet.Storage;

namespace Mdm.Fleet.Grains.Tests.Users;

/// <summary>One Managed Apple ID has one holder, wherever the process died between the person and the register.</summary>
public sealed class ManagedAppleIdTests : IAsyncLifetime
{
    private static readonly ManagedAppleId Old = ManagedAppleId.Parse("anna@example.com");
    private static readonly ManagedAppleId New = ManagedAppleId.Parse("anna.meier@example.com");

    private Hosting.Fleet _fleet = null!;
    private FaultyStore _store = null!;

    private IUser Anna => _fleet.Grains.GetGrain<IUser>("anna");

    private IUser Bo => _fleet.Grains.GetGrain<IUser>("bo");

    public async Task InitializeAsync()
    {
        _fleet = await Hosting.Fleet.StartAsync(FaultyStore.Between(store => _store = store));
        Assert.True(await Anna.Create(Spec("Anna", Old), "admin"));
        Assert.True(await Bo.Create(Spec("Bo"), "admin"));
    }

    public async Task DisposeAsync() => await _fleet.DisposeAsync();

    [Fact]
    public async Task Another_persons_id_can_not_be_taken_and_theirs_stays()
    {
        await Assert.ThrowsAsync<ManagedAppleIdTakenException>(() => Bo.Update(Spec("Bo", Old), null, "admin"));
        await Assert.ThrowsAsync<ManagedAppleIdTakenException>(() => _fleet.Grains.GetGrain<IUser>("cy").Create(Spec("Cy", Old), "admin"));

        Assert.Equal(Old, (await Anna.View())!.ManagedAppleId);
        Assert.Null((await Bo.View())!.ManagedAppleId);
        Assert.Null(await _fleet.Store.ReadAsync(new RecordKey("user", "cy")));
        Assert.Empty(await _fleet.MarksAsync("user"));
    }

    [Fact]
    public async Task An_id_that_was_given_up_is_anothers_at_once()
    {
        await Anna.Update(Spec("Anna", New), null, "admin");
        await Bo.Update(Spec("Bo", Old), null, "admin");
        await Anna.Delete(null, "admin");
        await _fleet.Grains.GetGrain<IUser>("cy").Create(Spec("Cy", New), "admin");

        Assert.Equal("bo", await Holder(Old));
        Assert.Equal("cy", await Holder(New));
    }

    [Fact]
    public async Task Two_who_want_the_same_id_at_once_do_not_both_get_it()
    {
        var all = Task.WhenAll(Anna.Update(Spec("Anna", New), null, "admin"), Bo.Update(Spec("Bo", New), null, "admin"));
        await Assert.ThrowsAsync<ManagedAppleIdTakenException>(() => all);

        Assert.NotNull(await Holder(New));
        Assert.IsType<ManagedAppleIdTakenException>(Assert.Single(all.Exception!.InnerExceptions));
        await AgreesAsync();
    }

    /// <summary>Every write from the given one on fails, as if the process had died before it; then another process starts.</summary>
    [Theory]
    [InlineData("change")]
    [InlineData("give up")]
    [InlineData("delete")]
    [InlineData("create")]
    [InlineData("taken")]
    public async Task A_crash_before_any_write_neither_loses_nor_doubles_an_id(string act)
    {
        for (var crashAt = 1; await DiesAsync(act, crashAt); crashAt++)
        {
            await _fleet.RestartAsync();
            await _fleet.PassAsync(TimeSpan.FromMinutes(1));
            await AgreesAsync();
            await StartOverAsync();
        }
    }

    /// <summary>False = the act came to its end before that write.</summary>
    private async Task<bool> DiesAsync(string act, int crashAt)
    {
        var writes = 0;
        _store.WriteFailure = write => write.Key.Kind is "user" or "managedAppleId" && ++writes >= crashAt ? new StoreUnavailableException("died") : null;
        var cy = _fleet.Grains.GetGrain<IUser>("cy");
        try
        {
            Task acting = act switch
            {
                "change" => Anna.Update(Spec("Anna", New), null, "admin"),
                "give up" => Anna.Update(Spec("Anna"), null, "admin"),
                "delete" => Anna.Delete(null, "admin"),
                "create" => cy.Create(Spec("Cy", New), "admin"),
                _ => cy.Create(Spec("Cy", Old), "admin"),
            };
            await acting;
        }
        catch (Exception died) when (died is StoreUnavailableException or ManagedAppleIdTakenException)
        {
            Assert.NotEqual("", died.Message);
        }

        _store.WriteFailure = null;
        Assert.True(writes > 0);
        return writes >= crashAt;
    }

    /// <summary>The register and the people say the same, and an id that is nobody's can be taken.</summary>
    private async Task AgreesAsync()
    {
        foreach (var id in new[] { Old, New })
        {
            var users = new List<string>();
            foreach (var name in new[] { "anna", "bo", "cy" })
            {
                if ((await _fleet.Grains.GetGrain<IUser>(name).View())?.ManagedAppleId == id)
                    users.Add(name);
            }

            Assert.True(users.Count < 2, $"{string.Join(" and ", users)} both have {id.Value}.");
            Assert.Equal(users.SingleOrDefault(), await Holder(id));
        }

        Assert.Empty(await _fleet.MarksAsync("user"));
    }

    private async Task StartOverAsync()
    {
        foreach (var name in new[] { "anna", "cy" })
            await _fleet.Grains.GetGrain<IUser>(name).Delete(null, "admin");
        Assert.True(await Anna.Create(Spec("Anna", Old), "admin"));
    }

    private Task<string?> Holder(ManagedAppleId id) => _fleet.Grains.GetGrain<IManagedAppleId>(id.Value).Holder();

    private static UserSpec Spec(string name, ManagedAppleId? id = null) => new(name, null, null, RegistrationSetting.Password, true, [], ManagedAppleId: id);
}
