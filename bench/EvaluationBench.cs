using System.Diagnostics;
using System.Globalization;
using Mdm.Fleet.Domain.Attributes;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Devices;
using Mdm.Fleet.Domain.Enrollment;
using Mdm.Fleet.Domain.Rules;
using Mdm.Fleet.Domain.Users;

namespace Mdm.Fleet.Bench;

/// <summary>
/// What one device costs against a catalog of 500 groups, every second one with a rule of four comparisons, and 1,000 items, most of them
/// distributed to some groups and every tenth to everyone.
/// </summary>
internal static class EvaluationBench
{
    private const int Groups = 500;
    private const int Items = 1_000;
    private const int Devices = 1_000;
    private const int Rounds = 20;

    public static void Run()
    {
        var clock = Stopwatch.StartNew();
        var compiled = Catalog().Compiled;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"compiled {Groups} groups and {Items} items in {clock.Elapsed.TotalMilliseconds:F1} ms"));
        var devices = Enumerable.Range(0, Devices).Select(Device).ToArray();
        long wanted = 0;
        foreach (var device in devices)
            wanted += compiled.Desired(device).Items.Length;
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        clock.Restart();
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var device in devices)
                compiled.Desired(device);
        }

        var count = (double)Rounds * Devices;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"one device: {clock.Elapsed.TotalMicroseconds / count:F1} µs, {(GC.GetAllocatedBytesForCurrentThread() - allocated) / count:F0} bytes allocated, {(double)wanted / Devices:F0} items desired"));
    }

    private static CatalogSnapshot Catalog() => CatalogSnapshot.Empty with
    {
        Revision = 1,
        Today = new DateOnly(2026, 3, 1),
        Attributes = [new AttributeDefinition(AttributeId.Parse("department"), "department", AttributeScope.User, AttributeType.Text)],
        UserGroups = [.. Enumerable.Range(0, Groups / 2).Select(i => new Group(Id("u", i), $"u{i}", i % 2 == 0 ? null : UserRule(i)))],
        DeviceGroups = [.. Enumerable.Range(0, Groups / 2).Select(i => new Group(Id("d", i), $"d{i}", i % 2 == 0 ? null : DeviceRule(i)))],
        Items = [.. Enumerable.Range(0, Items).Select(NewItem)],
    };

    private static Item NewItem(int i) => new(
        ItemId.Parse($"item-{i}"), ItemKind.Configuration, $"Item {i}", $"{i:x32}", new Delivery.Profile($"fleet.item.{i}"),
        i % 10 == 0 ? new Distribution.All() : new Distribution.Custom([Id("u", i % 250), Id("u", (i * 7) % 250)], [Id("d", (i * 3) % 250)]) { ExceptDeviceGroups = [Id("d", (i * 11) % 250)] });

    private static Rule.AnyOf UserRule(int i) => new Rule.AnyOf(
    [
        new Rule.AllOf([Compare("department", Comparison.Is, $"dep{i % 40}"), Compare("email", Comparison.Contains, "ward")]),
        new Rule.AllOf([Compare("department", Comparison.StartsWith, $"dep{i % 9}"), new Rule.InUserGroup(Id("u", i - 1))]),
    ]);

    private static Rule.AllOf DeviceRule(int i) => new Rule.AllOf(
    [
        Compare("osVersion", Comparison.GreaterOrEqual, $"{15 + i % 4}.0"),
        Compare("supervised", Comparison.Is, "true"),
        new Rule.AnyOf([Compare("model", Comparison.Is, $"MK{i % 30}"), new Rule.InUserGroup(Id("u", i))]),
    ]);

    private static Rule.Compare Compare(string attribute, Comparison comparison, string value) => new(AttributeId.Parse(attribute), comparison, [value]);

    private static Subject Device(int i) => new(
        EnrollmentKind.Device,
        new DeviceFacts($"iPad {i}", $"SN{i}", "iPad13,1", $"MK{i % 30}", $"{15 + i % 4}.{i % 5}", "22B83", i % 3 > 0),
        [Id("d", i * 2 % 250), Id("d", i * 6 % 250)],
        new Owner(UserName.Parse($"person{i}@ward.example"), $"Person {i}", [Id("u", i * 2 % 250), Id("u", i * 4 % 250), Id("u", i * 8 % 250)], default)
        {
            Email = $"person{i}@ward.example",
            Attributes = [new AttributeValue(AttributeId.Parse("department"), $"dep{i % 40}")],
        });

    private static GroupId Id(string kind, int i) => GroupId.Parse($"{kind}{i}");
}
