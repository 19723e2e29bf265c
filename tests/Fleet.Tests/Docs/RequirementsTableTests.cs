using System.Text.RegularExpressions;

namespace Mdm.Fleet.Fleet.Tests.Docs;

/// <summary>docs/requirements.md says of each ID which tests prove it; it is written from the tests' sources.</summary>
public sealed partial class RequirementsTableTests
{
    [Fact]
    public void The_table_of_requirements_is_up_to_date()
    {
        var root = Repository.Root;
        var path = Path.Combine(root, "docs", "requirements.md");
        var proofs = Proofs(root);
        var written = File.ReadAllText(path);
        var expected = Row().Replace(written, row => $"| {row.Groups[1].Value} | {row.Groups[2].Value} | {Cell(proofs, row.Groups[1].Value)}|");
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1")
            File.WriteAllText(path, expected);
        else
            Assert.Equal(expected, written);
        var known = Row().Matches(written).Select(row => row.Groups[1].Value).ToHashSet();
        Assert.DoesNotContain(proofs.Keys, id => !known.Contains(id));
    }

    private static string Cell(SortedDictionary<string, SortedSet<string>> proofs, string id) =>
        proofs.TryGetValue(id, out var tests) ? string.Join(", ", tests) + " " : "";

    /// <summary>ID → test classes whose source names it.</summary>
    private static SortedDictionary<string, SortedSet<string>> Proofs(string root)
    {
        var proofs = new SortedDictionary<string, SortedSet<string>>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(root, "tests"), "*.cs", SearchOption.AllDirectories))
        {
            foreach (Match trait in Trait().Matches(File.ReadAllText(file)))
            {
                if (!proofs.TryGetValue(trait.Groups[1].Value, out var tests))
                    proofs[trait.Groups[1].Value] = tests = new SortedSet<string>(StringComparer.Ordinal);
                tests.Add(Path.GetFileNameWithoutExtension(file));
            }
        }

        return proofs;
    }

    [GeneratedRegex(@"\[Trait\(""Requirement"", ""([A-Z]{2}-\d\d)""\)\]")]
    private static partial Regex Trait();

    [GeneratedRegex(@"^\| ([A-Z]{2}-\d\d) \| (.*?) \| (?:.*? )?\|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
