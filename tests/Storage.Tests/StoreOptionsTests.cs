namespace Mdm.Fleet.Storage.Tests;

public class StoreOptionsTests
{
    [Theory]
    [InlineData("")]
    [InlineData("sqlite")]
    [InlineData("sqlite:")]
    [InlineData("mysql:Host=a")]
    [InlineData("postgres:")]
    [InlineData("postgres:secret")]
    [InlineData("postgres:Password=secret")]
    [InlineData("postgres:Host=a;Port=secret")]
    [InlineData("postgres:Host=a;Colour=secret")]
    [InlineData("postgres://")]
    [InlineData("postgres://user:secret@host:port/db")]
    [InlineData("postgres://user:secret@host/db?colour=red")]
    public void What_names_no_store_is_refused_without_repeating_it(string text)
    {
        var refused = Assert.Throws<StoreRefusedException>(() => StoreOptions.Parse(text));
        Assert.DoesNotContain('\n', refused.Message);
        Assert.DoesNotContain("secret", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("postgres:Host=db;Port=5433;Username=u;Password=p-w;Database=fleet")]
    [InlineData("postgres://u:p%2Dw@db:5433/fleet")]
    [InlineData("postgresql://u:p%2Dw@db:5433/fleet")]
    [InlineData("postgres:postgresql://u:p%2Dw@db:5433/fleet")]
    public void A_PostgreSQL_is_named_by_connection_string_or_URI(string text)
    {
        var options = StoreOptions.Parse(text, "cluster", "blue");
        Assert.Equal("Host=db;Port=5433;Username=u;Password=p-w;Database=fleet".Split(';').Order(), options.Target.Split(';').Order());
        Assert.Equal("PostgreSQL database fleet at db:5433", $"{options}");
        Assert.Equal(("cluster", "blue"), (options.HostKind, options.ClusterId));
    }

    [Fact]
    public void A_SQLite_store_is_a_directory() =>
        Assert.Equal(Path.GetFullPath("data"), StoreOptions.Parse("sqlite:data").Target);
}
