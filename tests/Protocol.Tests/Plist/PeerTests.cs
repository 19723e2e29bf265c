using System.Diagnostics;
using FsCheck.Fluent;
using Mdm.Fleet.Protocol.Plist;

namespace Mdm.Fleet.Protocol.Tests.Plist;

/// <summary>Our XML goes through Python's plistlib and through libplist's plistutil; what they write, XML and binary, gives the same values.</summary>
public sealed class PeerTests : IDisposable
{
    private const string PythonScript = """
        import plistlib, sys
        for i in range(int(sys.argv[2])):
            path = f"{sys.argv[1]}/{i}"
            with open(path + ".xml", "rb") as f:
                value = plistlib.load(f)
            with open(path + ".out.xml", "wb") as f:
                plistlib.dump(value, f, fmt=plistlib.FMT_XML, sort_keys=False)
            with open(path + ".out.bin", "wb") as f:
                plistlib.dump(value, f, fmt=plistlib.FMT_BINARY)
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("plist-peers-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Python_reads_what_we_write_and_we_read_what_it_writes()
    {
        var values = Write(PlistGen.Values.Generator.Sample(150, 20));
        await Run("python3", ["-c", PythonScript, _folder, $"{values.Count}"]);
        AssertSame(values);
    }

    [Fact]
    public async Task Plistutil_reads_what_we_write_and_we_read_what_it_writes()
    {
        var values = Write(PlistGen.Values.Generator.Sample(40, 20));
        for (var i = 0; i < values.Count; i++)
        {
            await Run("plistutil", ["-i", PathOf(i, "xml"), "-o", PathOf(i, "out.bin"), "-f", "bin"]);
            await Run("plistutil", ["-i", PathOf(i, "out.bin"), "-o", PathOf(i, "out.xml"), "-f", "xml"]);
        }

        AssertSame(values);
    }

    private void AssertSame(List<PlistValue> values)
    {
        for (var i = 0; i < values.Count; i++)
        {
            Assert.Equal(values[i], PlistValue.Read(File.ReadAllBytes(PathOf(i, "out.xml"))));
            Assert.Equal(values[i], PlistValue.Read(File.ReadAllBytes(PathOf(i, "out.bin"))));
        }
    }

    // Property lists of other programs have a container at their root.
    private List<PlistValue> Write(IEnumerable<PlistValue> samples)
    {
        List<PlistValue> values = [.. samples.Select(value => PlistValue.Dict.Of(("value", value)))];
        for (var i = 0; i < values.Count; i++)
            File.WriteAllBytes(PathOf(i, "xml"), values[i].ToXml());
        return values;
    }

    private string PathOf(int index, string extension) => Path.Combine(_folder, $"{index}.{extension}");

    private static async Task Run(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program}: {error}");
    }
}
