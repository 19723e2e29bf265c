using System.Xml.Linq;

namespace Mdm.Fleet.Fleet.Tests.Architecture;

/// <summary>Who may reference whom: the table of ARCHITECTURE.md.</summary>
public sealed class ReferenceTests
{
    public static TheoryData<string, string[]> Allowed => new()
    {
        { "Domain", [] },
        { "Protocol", ["Domain"] },
        { "Storage", ["Domain"] },
        { "Outbound", ["Domain", "Protocol"] },
        { "Embedded", ["Domain", "Storage"] },
        { "Grains", ["Domain", "Storage", "Embedded"] },
        { "Cluster", ["Grains", "Storage"] },
        { "Frontend", ["Domain", "Protocol", "Grains", "Storage"] },
        { "LoadSim", ["Domain", "Protocol"] },
    };

    [Theory]
    [MemberData(nameof(Allowed))]
    [Trait("Requirement", "DC-07")]
    public void A_project_references_only_what_it_may(string project, string[] allowed)
    {
        var file = XDocument.Load(Path.Combine(Repository.Root, "src", project, project + ".csproj"));
        var references = file.Descendants("ProjectReference").Select(reference => Path.GetFileNameWithoutExtension((string)reference.Attribute("Include")!));
        Assert.Empty(references.Except(allowed));
        if (project == "Domain")
            Assert.Empty(file.Descendants("PackageReference"));
    }

    [Fact]
    [Trait("Requirement", "DC-07")]
    public void Every_project_is_in_the_solution_and_the_asked_for_folders_are_there()
    {
        var solution = File.ReadAllText(Path.Combine(Repository.Root, "Mdm.Fleet.sln"));
        foreach (var project in Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories))
            Assert.Contains(Path.GetFileName(project), solution, StringComparison.Ordinal);
        Assert.All(new[] { "src/Silo", "src/Grains", "src/Frontend", "src/LoadSim", "tests", "deploy/k8s" }, folder => Assert.True(Directory.Exists(Path.Combine(Repository.Root, folder)), folder));
    }

    [Fact]
    public void No_source_depends_on_which_host_it_is_compiled_for()
    {
        var grains = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src", "Grains"), "*.cs", SearchOption.AllDirectories);
        Assert.DoesNotContain(grains.Where(file => !file.Contains("/obj/", StringComparison.Ordinal)), file => File.ReadAllText(file).Contains("#if", StringComparison.Ordinal));
    }
}
