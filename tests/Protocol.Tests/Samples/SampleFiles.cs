using System.Text;

namespace Mdm.Fleet.Protocol.Tests.Samples;

/// <summary>
/// The sample messages by number. Three large ones are made here; a folder of the originals (variable MDM_SHARED) takes precedence.
/// </summary>
internal static class SampleFiles
{
    private const string Head = """
        <?xml version="1.0" encoding="UTF-8"?>
        <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
        <plist version="1.0">
        <dict>

        """;

    private const string Tail = """
        <key>CommandUUID</key><string>b1f6e0a4-2d37-4c58-8e91-6a0f3c7d5e21</string>
        <key>Status</key><string>Acknowledged</string>
        <key>UDID</key><string>00008110-000A1D2E3C4B801E</string>
        </dict>
        </plist>
        """;

    private static readonly Lazy<SortedDictionary<string, byte[]>> Files = new(Load);

    public static IReadOnlyDictionary<string, byte[]> All => Files.Value;

    /// <summary>The sample whose name starts with the number and a hyphen.</summary>
    public static byte[] Get(string number) => All.Single(file => file.Key.StartsWith(number + "-", StringComparison.Ordinal)).Value;

    private static SortedDictionary<string, byte[]> Load()
    {
        var files = new SortedDictionary<string, byte[]>(StringComparer.Ordinal)
        {
            ["18-connect-installedapps-large.plist"] = InstalledApps(1_500),
            ["19-connect-certificatelist-large-data.plist"] = LargeCertificate(3 << 20),
            ["35-deep-nesting.plist"] = Nested(20_000),
        };
        foreach (var folder in Folders().Where(Directory.Exists))
            foreach (var path in Directory.EnumerateFiles(folder, "*.plist"))
                files[Path.GetFileName(path)] = File.ReadAllBytes(path);
        return files;
    }

    private static IEnumerable<string> Folders()
    {
        yield return Path.Combine(AppContext.BaseDirectory, "samples");
        var root = AppContext.BaseDirectory;
        while (root is not null && !File.Exists(Path.Combine(root, "Mdm.Fleet.sln")))
            root = Path.GetDirectoryName(root);
        var shared = Environment.GetEnvironmentVariable("MDM_SHARED") ?? (root is null ? "" : Path.Combine(root, "..", "shared"));
        yield return Path.Combine(shared, "apple", "samples");
    }

    private static byte[] InstalledApps(int count)
    {
        var text = new StringBuilder(Head).Append("<key>InstalledApplicationList</key>\n<array>\n");
        for (var i = 1; i <= count; i++)
            text.Append(
                $"<dict><key>Identifier</key><string>org.example.app{i:D4}</string><key>Name</key><string>Äpp {i} 🎒</string>"
                + $"<key>DynamicSize</key><integer>{5_033_164_800 * i}</integer><key>Installing</key><false/></dict>\n");
        return Encoding.UTF8.GetBytes(text.Append("</array>\n").Append(Tail).ToString());
    }

    private static byte[] LargeCertificate(int bytes)
    {
        var data = new byte[bytes];
        new Random(19).NextBytes(data);
        return Encoding.UTF8.GetBytes(
            Head + "<key>CertificateList</key>\n<array><dict><key>CommonName</key><string>x</string><key>Data</key>\n<data>\n"
            + Convert.ToBase64String(data, Base64FormattingOptions.InsertLineBreaks)
            + "\n</data><key>IsIdentity</key><true/></dict></array>\n" + Tail);
    }

    private static byte[] Nested(int levels) => Encoding.UTF8.GetBytes(
        Head + "<key>x</key>" + string.Concat(Enumerable.Repeat("<array>", levels)) + string.Concat(Enumerable.Repeat("</array>", levels)) + Tail);
}
