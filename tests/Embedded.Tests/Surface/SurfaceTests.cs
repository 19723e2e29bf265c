using System.Reflection;

namespace Mdm.Fleet.Embedded.Tests.Surface;

/// <summary>
/// The names that Embedded declares for Orleans' are Orleans'. <c>orleans-surface.txt</c> restates them by hand from Orleans' public
/// documentation, one signature a line.
/// </summary>
public sealed class SurfaceTests
{
    private const BindingFlags Declared =
        BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly string[] Listed = [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "orleans-surface.txt"))
        .Where(line => line.Length > 0 && line[0] != '#')];

    [Fact]
    public void Nothing_is_declared_in_an_Orleans_namespace_that_Orleans_lacks() => Assert.Empty(Signatures().Except(Listed));

    [Fact]
    public void Every_listed_signature_is_declared() => Assert.Empty(Listed.Except(Signatures()));

    [Fact]
    public void No_signature_is_listed_twice() => Assert.Equal(Listed.Distinct(), Listed);

    private static IEnumerable<string> Signatures() => typeof(EmbeddedHost).Assembly.GetExportedTypes()
        .Where(t => t.Namespace == "Orleans" || t.Namespace!.StartsWith("Orleans.", StringComparison.Ordinal))
        .SelectMany(SurfaceWriter.Signatures);
}
