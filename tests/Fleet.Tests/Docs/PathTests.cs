using System.Text.RegularExpressions;

namespace Mdm.Fleet.Fleet.Tests.Docs;

/// <summary>What the documents point at exists.</summary>
public sealed partial class PathTests
{
    [Fact]
    public void Every_file_that_the_architecture_names_exists()
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, "ARCHITECTURE.md"));
        var files = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories).ToList();
        var named = SourceFile().Matches(text).Select(match => match.Value).Distinct().ToList();
        Assert.True(named.Count > 20, "The architecture names no files any more.");
        Assert.DoesNotContain(named, name => !files.Exists(file => file.EndsWith("/" + name, StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_link_between_documents_leads_somewhere()
    {
        string[] documents = [.. Directory.GetFiles(Repository.Root, "*.md"), .. Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories)];
        foreach (var document in documents)
        {
            foreach (Match link in Link().Matches(File.ReadAllText(document)))
            {
                var target = Path.Combine(Path.GetDirectoryName(document)!, link.Groups[1].Value);
                Assert.True(Path.Exists(target) || Directory.EnumerateFiles(Path.GetDirectoryName(target)!, Path.GetFileName(target) + "*").Any(), $"{document}: {link.Value}");
            }
        }
    }

    [GeneratedRegex(@"(?:\w+/)*\w+\.cs\b")]
    private static partial Regex SourceFile();

    [GeneratedRegex(@"\]\((?!https?:)([^)#]+)\)")]
    private static partial Regex Link();
}
