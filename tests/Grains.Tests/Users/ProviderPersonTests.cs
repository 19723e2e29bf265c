using Mdm.Fleet.Domain.Devices;
using Mdm.Fleet.Domain.Enrollment;
using Mdm.Fleet.Domain.IdentityProviders;
using Mdm.Fleet.Domain.Users;
using Mdm.Fleet.Grains.Devices;
using Mdm.Fleet.Grains.Tests.Hosting;
using Mdm.Fleet.Grains.Users;

namespace Mdm.Fleet.Grains.Tests.Users;

/// <summary>A person whom an identity provider verifies.</summary>
public sealed class ProviderPersonTests : IAsyncLifetime
{
    private const string Subject = "4711";

    private static readonly IdentityProviderId Hospital = IdentityProviderId.Parse("hospital");

    private Hosting.Fleet _fleet = null!;
    private Pad _pad = null!;

    private IUser Anna => _fleet.Grains.GetGrain<IUser>("anna");

    private EnrollmentId PadId => EnrollmentId.Parse(_pad.Id);

    public async Task InitializeAsync()
    {
        _fleet = await Hosting.Fleet.StartAsync();
        _pad = new Pad(_fleet, "DEVICE-0001");
        await _pad.EnrolAsync();
        Assert.True(await Anna.Create(Spec(Hospital), "admin"));
    }

    public async Task DisposeAsync() => await _fleet.DisposeAsync();

    [Fact]
    [Trait("Requirement", "MU-09")]
    public async Task The_word_of_their_provider_registers_the_device_and_a_password_does_not()
    {
        Assert.Equal((CredentialsResult.IdentityProvider, Hospital), Of(await Anna.Verify("any password", PadId)));
        Assert.Empty((await Anna.View())!.Devices);

        var verified = await Anna.VerifiedBy(Hospital, Subject, PadId);
        Assert.Equal(CredentialsResult.Verified, verified.Result);
        await _fleet.RestartAsync();
        Assert.Equal(PadId, Assert.Single((await Anna.View())!.Devices));
        Assert.Null((await _pad.Grain.SignIn(new SignInRequest(verified.Facts!, 0))).Refusal);
    }

    [Fact]
    [Trait("Requirement", "MU-09")]
    public async Task Another_providers_word_counts_for_nobody_of_this_one_and_for_nobody_with_a_password()
    {
        Assert.Equal(CredentialsResult.Wrong, (await Anna.VerifiedBy(IdentityProviderId.Parse("other"), Subject, PadId)).Result);
        var bert = _fleet.Grains.GetGrain<IUser>("bert");
        await bert.Create(Spec(null) with { Password = "correct horse" }, "admin");
        Assert.Equal(CredentialsResult.Wrong, (await bert.VerifiedBy(Hospital, Subject, PadId)).Result);
        Assert.Equal(CredentialsResult.Wrong, (await _fleet.Grains.GetGrain<IUser>("stranger").VerifiedBy(Hospital, Subject, PadId)).Result);
        Assert.Empty((await bert.View())!.Devices);
    }

    [Fact]
    [Trait("Requirement", "MU-09")]
    public async Task The_first_account_is_theirs_and_another_one_of_their_name_is_refused_until_an_admin_clears_it()
    {
        Assert.False((await Anna.View())!.HasIdentity);
        Assert.Equal(CredentialsResult.Verified, (await Anna.VerifiedBy(Hospital, Subject, PadId)).Result);
        await _fleet.RestartAsync();
        Assert.True((await Anna.View())!.HasIdentity);
        Assert.Equal(CredentialsResult.OtherIdentity, (await Anna.VerifiedBy(Hospital, "4712", PadId)).Result);
        await Anna.Update(Spec(Hospital), null, "admin");
        Assert.Equal(CredentialsResult.OtherIdentity, (await Anna.VerifiedBy(Hospital, "4712", PadId)).Result);
        Assert.Equal(CredentialsResult.Verified, (await Anna.VerifiedBy(Hospital, Subject, PadId)).Result);

        Assert.True(await Anna.ClearIdentity("admin"));
        Assert.False(await Anna.ClearIdentity("admin"));
        Assert.Equal(CredentialsResult.Verified, (await Anna.VerifiedBy(Hospital, "4712", PadId)).Result);
        await Anna.Update(Spec(IdentityProviderId.Parse("other")), null, "admin");
        Assert.False((await Anna.View())!.HasIdentity);
    }

    [Fact]
    public async Task A_disabled_person_is_refused_whoever_verifies_them()
    {
        await Anna.Update(Spec(Hospital) with { Enabled = false }, null, "admin");
        Assert.Equal(CredentialsResult.Disabled, (await Anna.VerifiedBy(Hospital, Subject, PadId)).Result);
        Assert.Empty((await Anna.View())!.Devices);
    }

    [Fact]
    public async Task Who_comes_to_a_provider_has_no_password_any_more()
    {
        await Anna.Update(Spec(null) with { Password = "correct horse" }, null, "admin");
        Assert.Equal(CredentialsResult.Verified, (await Anna.Verify("correct horse", PadId)).Result);
        await Anna.Update(Spec(Hospital), null, "admin");
        await Anna.Update(Spec(null), null, "admin");
        Assert.False((await Anna.View())!.HasPassword);
        Assert.Equal(CredentialsResult.Wrong, (await Anna.Verify("correct horse", PadId)).Result);
    }

    [Fact]
    [Trait("Requirement", "MU-09")]
    public async Task A_sign_in_begun_before_the_device_changed_hands_is_refused_by_the_device()
    {
        var begun = (await _pad.Grain.View()).Device.Epoch;
        var facts = (await Anna.VerifiedBy(Hospital, Subject, PadId)).Facts!;
        Assert.Null((await _pad.Grain.SignIn(new SignInRequest(facts, 0, begun))).Refusal);
        await _pad.Grain.SignOut((await _pad.Grain.View()).Device.Epoch, "person", 0);
        await _fleet.RestartAsync();
        Assert.Equal(SignInRefusal.Overtaken, (await _pad.Grain.SignIn(new SignInRequest(facts, 0, begun))).Refusal);
    }

    private static (CredentialsResult Result, IdentityProviderId? Provider) Of(Credentials credentials) => (credentials.Result, credentials.Provider);

    private static UserSpec Spec(IdentityProviderId? provider) => new("Anna", null, null, RegistrationSetting.Password, true, [], provider);
}
