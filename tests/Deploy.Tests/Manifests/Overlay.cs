using System.Diagnostics;
using Mdm.Fleet.Fleet.Tests;

namespace Mdm.Fleet.Deploy.Tests.Manifests;

/// <summary>An overlay of deploy/k8s as <c>kubectl kustomize</c> renders it.</summary>
public sealed class Overlay
{
    private static readonly string _folder = Path.Combine(Repository.Root, "deploy", "k8s");
    private static readonly Dictionary<string, Lazy<Overlay>> _rendered =
        Names.Select(name => KeyValuePair.Create(name, new Lazy<Overlay>(() => Render(new DirectoryInfo(Path.Combine(_folder, "overlays", name))))))
            .Concat(Components.Select(name => KeyValuePair.Create("base with " + name, new Lazy<Overlay>(() => RenderWith(name)))))
            .ToDictionary();

    private Overlay(IReadOnlyList<Manifest> objects) => Objects = objects;

    /// <summary>The overlays in the repository.</summary>
    public static IEnumerable<string> Names => Directory.GetDirectories(Path.Combine(_folder, "overlays")).Select(path => Path.GetFileName(path)!);

    /// <summary>What every check runs on: the overlays, and the base with each component.</summary>
    public static TheoryData<string> All => [.. _rendered.Keys];

    /// <summary>The same without the single node.</summary>
    public static TheoryData<string> Clusters => [.. _rendered.Keys.Where(name => name != "single")];

    private static IEnumerable<string> Components => Directory.GetDirectories(Path.Combine(_folder, "components")).Select(path => Path.GetFileName(path)!);

    public IReadOnlyList<Manifest> Objects { get; }

    public IEnumerable<Manifest> Workloads => Objects.Where(item => item.IsWorkload);

    public static Overlay Of(string name) => _rendered[name].Value;

    public IEnumerable<Manifest> OfKind(string kind) => Objects.Where(item => item.Kind == kind);

    private static Overlay RenderWith(string component)
    {
        var folder = Directory.CreateTempSubdirectory("fleet-overlay-");
        try
        {
            var up = Path.GetRelativePath(folder.FullName, _folder);
            File.WriteAllText(Path.Combine(folder.FullName, "kustomization.yaml"), $"namespace: mdm-fleet\nresources: [{up}/base]\ncomponents: [{up}/components/{component}]\n");
            return Render(folder);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Overlay Render(DirectoryInfo folder)
    {
        using var kubectl = Process.Start(new ProcessStartInfo("kubectl", ["kustomize", folder.FullName]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (errors, output) = (kubectl.StandardError.ReadToEndAsync(), kubectl.StandardOutput.ReadToEnd());
        kubectl.WaitForExit();
        Assert.True(kubectl.ExitCode == 0, $"kubectl (1.27 or newer) does not render {folder.Name}: {errors.Result}");
        return new Overlay([.. Yaml.Documents(output).Select(node => new Manifest(node))]);
    }
}
