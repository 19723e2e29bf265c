using Mdm.Fleet.Storage.Secrets;

namespace Mdm.Fleet.Fleet.Tests.Keys;

public sealed class SecretBoxTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fleet-secret-");
    private readonly SecretBox _box = new(Enumerable.Range(1, SecretBox.KeyBytes).Select(i => (byte)i).ToArray());

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5_000)]
    public void What_was_sealed_opens_under_its_name(int length)
    {
        var secret = new byte[length];
        Random.Shared.NextBytes(secret);

        Assert.Equal(secret, _box.Open(_box.Seal(secret, "authority/devices"), "authority/devices"));
    }

    [Fact]
    public void The_same_secret_is_never_sealed_alike() => Assert.NotEqual(_box.Seal("secret"u8, "name"), _box.Seal("secret"u8, "name"));

    [Fact]
    public void It_opens_under_no_other_name_and_with_no_other_key()
    {
        var sealedSecret = _box.Seal("secret"u8, "one");

        Assert.Throws<SecretUnreadableException>(() => _box.Open(sealedSecret, "two"));
        Assert.Throws<SecretUnreadableException>(() => new SecretBox(new byte[SecretBox.KeyBytes]).Open(sealedSecret, "one"));
    }

    [Fact]
    public void A_change_of_any_byte_is_noticed()
    {
        var sealedSecret = _box.Seal("secret"u8, "one");
        for (var i = 0; i < sealedSecret.Length; i++)
        {
            var changed = sealedSecret.ToArray();
            changed[i] ^= 1;
            Assert.Throws<SecretUnreadableException>(() => _box.Open(changed, "one"));
        }

        Assert.Throws<SecretUnreadableException>(() => _box.Open(sealedSecret.AsSpan(0, 20), "one"));
    }

    [Fact]
    public void The_master_key_is_made_once_and_read_from_then_on()
    {
        var path = Path.Combine(_folder.FullName, "master.key");

        var made = MasterKey.LoadOrCreate(path);

        Assert.Equal(SecretBox.KeyBytes, made.Length);
        Assert.Equal(made, MasterKey.LoadOrCreate(path));
        Assert.Single(_folder.GetFiles());
    }

    [Theory]
    [InlineData("")]
    [InlineData("AAAA")]
    [InlineData("not base64 at all")]
    public void A_text_that_is_no_key_is_refused(string text) => Assert.Throws<SecretUnreadableException>(() => MasterKey.Parse(text));

    public void Dispose() => _folder.Delete(recursive: true);
}
