using System.Text.RegularExpressions;
using System.Xml.Linq;
using Mdm.Fleet.Deploy.Tests.Manifests;
using Mdm.Fleet.Fleet.Tests;

namespace Mdm.Fleet.Deploy.Tests.Image;

/// <summary>The Dockerfile makes what the manifests run.</summary>
public sealed partial class DockerfileTests
{
    private static readonly string[] _lines = File.ReadAllText(Path.Combine(Repository.Root, "Dockerfile")).Replace("\\\n", " ", StringComparison.Ordinal).Split('\n');

    [Fact]
    public void It_exposes_the_ports_that_the_pods_of_the_overlays_listen_on()
    {
        var servers = Overlay.Names.SelectMany(name => Overlay.Of(name).Workloads).Where(workload => workload.IsServer);
        Assert.Equal(servers.SelectMany(workload => workload.PortNumbers).Distinct().Order(), Arguments("EXPOSE").Single().Split(' ').Select(int.Parse).Order());
    }

    [Fact]
    public void It_runs_the_built_server_under_the_user_of_the_base_image()
    {
        Assert.Equal("$APP_UID", Arguments("USER").Single());
        Assert.Equal("""["dotnet", "Mdm.Fleet.Silo.dll"]""", Arguments("ENTRYPOINT").Single());
        Assert.Equal("Mdm.Fleet.Silo", typeof(Silo.FleetServer).Assembly.GetName().Name);
    }

    [Fact]
    public void It_builds_a_cluster_by_default_from_images_of_a_named_version_of_this_framework()
    {
        var build = XDocument.Load(Path.Combine(Repository.Root, "Directory.Build.props"));
        var framework = build.Descendants("TargetFramework").Single().Value.Replace("net", "", StringComparison.Ordinal);
        var images = Arguments("FROM").Select(from => Image().Match(from).Value).ToList();
        Assert.Contains("GRAIN_HOST=Orleans", Arguments("ARG"));
        Assert.All(images, image => Assert.Contains(':', image));
        Assert.All(images.Where(image => image.Contains("dotnet", StringComparison.Ordinal)), image => Assert.EndsWith(":" + framework, image, StringComparison.Ordinal));
    }

    [Fact]
    public void What_it_copies_is_in_the_repository_and_in_the_build_context()
    {
        var allowed = File.ReadAllLines(Path.Combine(Repository.Root, ".dockerignore")).Where(line => line.StartsWith('!')).Select(line => line[1..].TrimEnd('*')).ToList();
        var copied = Arguments("COPY").Where(copy => !copy.StartsWith("--from", StringComparison.Ordinal)).SelectMany(copy => copy.Split(' ')[..^1]).ToList();
        Assert.NotEmpty(copied);
        Assert.All(copied, path =>
        {
            Assert.True(Path.Exists(Path.Combine(Repository.Root, path)), path);
            Assert.Contains(allowed, start => path.StartsWith(start, StringComparison.Ordinal));
        });
    }

    private static IEnumerable<string> Arguments(string instruction) =>
        _lines.Where(line => line.StartsWith(instruction + " ", StringComparison.Ordinal)).Select(line => line[(instruction.Length + 1)..].Trim());

    [GeneratedRegex(@"[^\s=$]+[:/][^\s]+")]
    private static partial Regex Image();
}
