using System.Reflection;
using System.Text.Json.Nodes;
using Mdm.Fleet.Cluster.Hosting;
using Mdm.Fleet.Embedded.Tests.Hosting;
using Mdm.Fleet.Grains.Tests.Records;
using Mdm.Fleet.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Serialization;

namespace Mdm.Fleet.Cluster.Tests.Contracts;

/// <summary>
/// A silo reads what a silo of the last version sends (docs/upgrades.md). Stored/N.txt holds messages' values as version N wrote them, a line each: name,
/// bytes in base64, what they tell; a line never changes. <c>UPDATE_STORED=1</c> appends what the newest of the files lacks.
/// </summary>
public sealed class MessageUpgradeTests : IDisposable
{
    private static readonly string[] files = [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Contracts", "Stored")).Order(StringComparer.Ordinal)];
    private readonly IHost _silo;
    private readonly Serializer _serializer;

    public MessageUpgradeTests()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<IRecordStore>(new MemoryRecords());
        builder.AddFleetSilo(new ClusterSettings(), null);
        _silo = builder.Build();
        _serializer = _silo.Services.GetRequiredService<Serializer>();
    }

    private static IEnumerable<(string Name, Type Type, Type Member)> Values => Carried.Contracts.SelectMany(Carried.By).Distinct()
        .Select(carried => ($"{carried.Type}/{carried.Member}".Replace(" ", "", StringComparison.Ordinal), carried.Type, carried.Member));

    [Fact]
    [Trait("Requirement", "DC-02")]
    public void What_an_earlier_version_sends_is_read_with_all_its_facts()
    {
        var types = Values.ToDictionary(value => value.Name, value => value.Type);
        Assert.NotEmpty(files.SelectMany(File.ReadAllLines));
        foreach (var line in files.SelectMany(File.ReadAllLines).Select(line => line.Split(' ', 3)))
            Facts.AssertHeld(JsonNode.Parse(line[2])!, JsonNode.Parse(Carried.Told(Call(nameof(Read), types[line[0]], Convert.FromBase64String(line[1]))))!, line[0]);
    }

    [Fact]
    [Trait("Requirement", "DC-02")]
    public void Bytes_of_all_that_contracts_carry_are_kept()
    {
        var kept = File.ReadAllLines(files[^1]).Select(line => line.Split(' ', 2)[0]).ToHashSet();
        var missing = Values.Where(value => !kept.Contains(value.Name)).ToList();
        if (Environment.GetEnvironmentVariable("UPDATE_STORED") == "1")
            File.AppendAllLines(Source(files[^1]), missing.Select(value => Line(value.Name, value.Type, Samples.Of(value.Member, 1))));
        Assert.Empty(missing.Select(value => value.Name));
    }

    public void Dispose() => _silo.Dispose();

    private string Line(string name, Type type, object value) => $"{name} {Convert.ToBase64String((byte[])Call(nameof(Write), type, value))} {Carried.Told(value)}";

    private byte[] Write<T>(T value) => _serializer.SerializeToArray(value);

    private T Read<T>(byte[] bytes) => _serializer.Deserialize<T>(bytes)!;

    /// <summary>As a message's field of that type.</summary>
    private object Call(string method, Type type, object argument) =>
        typeof(MessageUpgradeTests).GetMethod(method, BindingFlags.Instance | BindingFlags.NonPublic)!.MakeGenericMethod(type).Invoke(this, [argument])!;

    private static string Source(string file, [System.Runtime.CompilerServices.CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "Stored", Path.GetFileName(file));
}
