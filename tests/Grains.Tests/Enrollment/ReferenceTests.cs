using Mdm.Fleet.Domain.Enrollment;
using Mdm.Fleet.Grains.Enrollment;

namespace Mdm.Fleet.Grains.Tests.Enrollment;

/// <summary>An enrolment reference: one challenge, one certificate, one device (PR-02).</summary>
public sealed class ReferenceTests : IAsyncLifetime
{
    private static readonly ScepClaimRequest First = new("transaction-1", "key-1", "secret", Renewal: false);
    private static readonly byte[] Certificate = [1, 2, 3];

    private Hosting.Fleet _fleet = null!;

    private IEnrolmentReference Reference => _fleet.Grains.GetGrain<IEnrolmentReference>("reference-1");

    private IEnrolmentToken Token => _fleet.Grains.GetGrain<IEnrolmentToken>(new string('a', 64));

    public async Task InitializeAsync()
    {
        _fleet = await Hosting.Fleet.StartAsync();
        await Token.Create(new EnrolmentTokenSpec("Ward", [Domain.Catalog.GroupId.Parse("ward")], 2, null), "admin");
        await Reference.Create("secret", [Domain.Catalog.GroupId.Parse("ward")], _fleet.Time.GetUtcNow().AddDays(1), new string('a', 64));
    }

    public async Task DisposeAsync() => await _fleet.DisposeAsync();

    [Fact]
    [Trait("Requirement", "PR-02")]
    public async Task A_challenge_serves_one_transaction_and_a_repeated_one_gets_the_same_certificate()
    {
        Assert.Equal(ScepClaimResult.Issue, (await Reference.Claim(First)).Result);
        Assert.Equal(Certificate, (await Reference.Issued("transaction-1", Certificate)).ToArray());
        await _fleet.RestartAsync();
        var again = await Reference.Claim(First);
        Assert.Equal(ScepClaimResult.AlreadyIssued, again.Result);
        Assert.Equal(Certificate, again.Certificate.ToArray());
        Assert.Equal(Certificate, (await Reference.Issued("transaction-1", new byte[] { 9 })).ToArray());
        Assert.Equal(ScepClaimResult.Refused, (await Reference.Claim(First with { TransactionId = "transaction-2" })).Result);
        Assert.Equal(ScepClaimResult.Refused, (await Reference.Claim(First with { PublicKeyHash = "key-2" })).Result);
    }

    [Fact]
    [Trait("Requirement", "PR-02")]
    public async Task A_wrong_challenge_an_unknown_reference_and_a_late_one_are_refused()
    {
        Assert.Equal(ScepClaimResult.Refused, (await Reference.Claim(First with { Challenge = "guess" })).Result);
        Assert.Equal(ScepClaimResult.Refused, (await Reference.Claim(First with { Challenge = null })).Result);
        Assert.Equal(ScepClaimResult.Refused, (await _fleet.Grains.GetGrain<IEnrolmentReference>("reference-2").Claim(First)).Result);
        _fleet.Time.Advance(TimeSpan.FromHours(25));
        Assert.Equal(ScepClaimResult.Refused, (await Reference.Claim(First)).Result);
    }

    [Fact]
    [Trait("Requirement", "PR-02")]
    public async Task Another_challenge_serves_one_more_transaction_and_the_old_one_no_more()
    {
        var terms = new EnrolmentTerms("https://mdm.example", "com.apple.mgmt.x");
        Assert.Equal(ScepClaimResult.Issue, (await Reference.Claim(First)).Result);
        await Reference.Issued("transaction-1", Certificate);
        _fleet.Time.Advance(TimeSpan.FromHours(25));

        Assert.Equal(terms, await Reference.Rechallenge("later", terms));
        Assert.Equal(terms, await Reference.Rechallenge("latest", terms with { Origin = "https://moved.example" }));
        await _fleet.RestartAsync();

        var second = First with { TransactionId = "transaction-2", Challenge = "latest" };
        Assert.Equal(ScepClaimResult.Refused, (await Reference.Claim(second with { Challenge = "secret" })).Result);
        Assert.Equal(ScepClaimResult.Refused, (await Reference.Claim(second with { Challenge = "later" })).Result);
        Assert.Equal(ScepClaimResult.Issue, (await Reference.Claim(second)).Result);
        Assert.Equal(ScepClaimResult.Issue, (await Reference.Claim(second)).Result);
        Assert.Equal(ScepClaimResult.Refused, (await Reference.Claim(second with { TransactionId = "transaction-3" })).Result);
        Assert.Null(await _fleet.Grains.GetGrain<IEnrolmentReference>("reference-2").Rechallenge("x", terms));
    }

    [Fact]
    [Trait("Requirement", "PR-02")]
    public async Task A_later_challenge_is_not_for_ever_and_a_renewal_by_certificate_does_not_use_it_up()
    {
        var second = First with { TransactionId = "transaction-2", Challenge = "later" };
        await Reference.Claim(First);
        await Reference.Rechallenge("later", new EnrolmentTerms("https://mdm.example", "com.apple.mgmt.x"));
        Assert.Equal(ScepClaimResult.Issue, (await Reference.Claim(second with { TransactionId = "transaction-3", Renewal = true })).Result);
        _fleet.Time.Advance(TimeSpan.FromHours(23));
        Assert.Equal(ScepClaimResult.Issue, (await Reference.Claim(second)).Result);
        await Reference.Rechallenge("latest", new EnrolmentTerms("https://mdm.example", "com.apple.mgmt.x"));
        _fleet.Time.Advance(TimeSpan.FromHours(24));
        Assert.Equal(ScepClaimResult.Refused, (await Reference.Claim(second with { TransactionId = "transaction-4", Challenge = "latest" })).Result);
    }

    [Fact]
    [Trait("Requirement", "PR-02")]
    public async Task The_first_device_wins()
    {
        Assert.Equal("ward", (await Reference.Bind(EnrollmentId.Parse("DEVICE-0001")))!.DeviceGroups.Single().Value);
        Assert.Null(await Reference.Bind(EnrollmentId.Parse("DEVICE-0002")));
        Assert.NotNull(await Reference.Bind(EnrollmentId.Parse("DEVICE-0001")));
    }

    [Fact]
    public async Task A_token_serves_as_often_as_it_says_and_not_once_it_is_revoked()
    {
        Assert.True(await Token.Use("reference-1"));
        Assert.True(await Token.Use("reference-1"));
        Assert.Equal(1, (await Token.Open())!.Used);
        Assert.True(await Token.Use("reference-2"));
        Assert.Null(await Token.Open());
        Assert.False(await Token.Use("reference-3"));
        var other = _fleet.Grains.GetGrain<IEnrolmentToken>(new string('b', 64));
        Assert.Null(await other.Open());
        Assert.False(await other.Use("reference-4"));
        await other.Create(new EnrolmentTokenSpec("Ward", [], null, null), "admin");
        Assert.NotNull(await other.Open());
        Assert.True(await other.Revoke("admin"));
        Assert.Null(await other.Open());
        Assert.False(await other.Use("reference-4"));
    }

    [Fact]
    [Trait("Requirement", "PR-02")]
    public async Task A_device_that_binds_is_a_use_of_the_token_once()
    {
        Assert.NotNull(await Reference.Bind(EnrollmentId.Parse("DEVICE-0001")));
        Assert.NotNull(await Reference.Bind(EnrollmentId.Parse("DEVICE-0001")));
        Assert.Null(await Reference.Bind(EnrollmentId.Parse("DEVICE-0002")));
        Assert.Equal(1, (await Token.View())!.Used);
        Assert.True(await Token.Use("reference-2"));
        var third = _fleet.Grains.GetGrain<IEnrolmentReference>("reference-3");
        await third.Create("secret", [], _fleet.Time.GetUtcNow().AddDays(1), new string('a', 64));
        Assert.Null(await third.Bind(EnrollmentId.Parse("DEVICE-0003")));
    }
}
