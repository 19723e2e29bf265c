using System.Text.Json;
using System.Text.Json.Nodes;
using Mdm.Fleet.Domain.Configurations;

namespace Mdm.Fleet.LoadSim.Tests.Shifts;

/// <summary>What the tiny server was told to distribute, and to whom.</summary>
public sealed class WardCatalog
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<JsonObject>> _lists = [];
    private string? _nobodyGroup;
    private int _ids;

    public IReadOnlyList<JsonObject> List(string list)
    {
        lock (_gate)
            return [.. _lists.GetValueOrDefault(list) ?? []];
    }

    public JsonObject? Find(string list, string id) => List(list).FirstOrDefault(item => item["id"]!.ToString() == id);

    public JsonObject Add(string list, JsonObject item)
    {
        lock (_gate)
        {
            item["id"] = $"{list}{++_ids}";
            if (!_lists.TryGetValue(list, out var items))
                _lists[list] = items = [];
            items.Add(item);
            return item;
        }
    }

    /// <summary>Puts the item in the place of the one with this id, if there is one.</summary>
    public JsonObject Replace(string list, string id, JsonObject item)
    {
        lock (_gate)
        {
            item["id"] = id;
            if (_lists.TryGetValue(list, out var items) && items.FindIndex(one => one["id"]!.ToString() == id) is >= 0 and var index)
                items[index] = item;
            return item;
        }
    }

    public JsonObject NobodyIsIn(string group)
    {
        lock (_gate)
            _nobodyGroup = group;
        return [];
    }

    /// <summary>The configurations, by id, that an owner in this user group has; null is nobody. All devices are in the one device group.</summary>
    public IReadOnlyDictionary<string, ConfigurationContent> Configurations(string? group) => List("configurations")
        .Where(item => Reaches(item, group))
        .ToDictionary(item => item["id"]!.ToString(), item => item["content"].Deserialize<ConfigurationContent>(JsonSerializerOptions.Web)!);

    /// <summary>The manifests of the apps, by bundle id.</summary>
    public IReadOnlyDictionary<string, string> Apps(string? group) => List("apps")
        .Where(item => Reaches(item, group))
        .ToDictionary(item => item["bundleId"]!.ToString(), item => item["manifestUrl"]!.ToString());

    private bool Reaches(JsonObject item, string? group)
    {
        var distribution = item["distribution"]!;
        return distribution["to"]!.ToString() == "all"
            || distribution["deviceGroups"]!.AsArray().Count > 0
            || distribution["userGroups"]!.AsArray().Any(id => id!.ToString() == (group ?? _nobodyGroup));
    }
}
