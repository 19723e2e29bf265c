using System.Text.Json;
using System.Text.Json.Nodes;
using Mdm.Fleet.Domain.Configurations;
using Mdm.Fleet.LoadSim.Admin;
using Mdm.Fleet.LoadSim.People;

namespace Mdm.Fleet.LoadSim.Shifts;

/// <summary>
/// Enters the simulated hospital over the admin API: groups, people, items, their distribution, an enrolment token. What is there already is
/// brought up to date, so that a second run on the same store works.
/// </summary>
public sealed class Preparation(AdminApi admin, ShiftPlan plan, Staff staff)
{
    private const int PeopleAtOnce = 4;
    private readonly Dictionary<Role, string> _userGroups = [];
    private readonly List<(string Path, string Name)> _entered = [];
    private string _deviceGroup = "";

    /// <summary>Every object that the server said it has, with its name.</summary>
    public IReadOnlyList<(string Path, string Name)> Entered => _entered;

    /// <summary>Does it all and returns the enrolment address.</summary>
    public async Task<Uri> RunAsync(CancellationToken cancellationToken)
    {
        await EnterGroupsAsync(cancellationToken);
        await EnterPeopleAsync(cancellationToken);
        foreach (var item in plan.Items)
            await EnterAsync(item, cancellationToken);
        var token = await admin.PostAsync("enrolment-tokens", new JsonObject
        {
            ["name"] = "LoadSim",
            ["deviceGroups"] = new JsonArray(_deviceGroup),
            ["uses"] = null,
            ["expiresInHours"] = 24,
            ["kind"] = "Device",
        }, cancellationToken);
        return new Uri(token["url"]!.GetValue<string>());
    }

    /// <summary>Names of entered objects that the server does not have any more.</summary>
    public async Task<IReadOnlyList<string>> MissingAsync(CancellationToken cancellationToken)
    {
        var missing = new List<string>();
        foreach (var (path, name) in _entered)
            if (await admin.GetAsync(path, cancellationToken) is not { } found || !Names(found).Contains(name))
                missing.Add($"{path} ({name})");
        return missing;
    }

    private static IEnumerable<string?> Names(JsonObject found) => [found["name"]?.ToString(), found["userName"]?.ToString()];

    private async Task EnterGroupsAsync(CancellationToken cancellationToken)
    {
        _userGroups[Role.Nurse] = await EnterAsync("user-groups", "Nurses", Named("Nurses"), cancellationToken);
        _userGroups[Role.Doctor] = await EnterAsync("user-groups", "Doctors", Named("Doctors"), cancellationToken);
        _userGroups[Role.Nobody] = await EnterAsync("user-groups", "Only nobody", Named("Only nobody"), cancellationToken);
        _deviceGroup = await EnterAsync("device-groups", "Ward iPads", Named("Ward iPads"), cancellationToken);
        await admin.PutAsync($"user-groups/{_userGroups[Role.Nobody]}/members/nobody", null, cancellationToken);
    }

    private Task EnterPeopleAsync(CancellationToken cancellationToken) => Parallel.ForEachAsync(
        staff.People, new ParallelOptions { MaxDegreeOfParallelism = PeopleAtOnce, CancellationToken = cancellationToken },
        async (person, token) => await EnterAsync(person, token));

    private async Task EnterAsync(Person person, CancellationToken cancellationToken)
    {
        var path = $"users/{person.UserName}";
        var body = new JsonObject
        {
            ["userName"] = person.UserName,
            ["displayName"] = person.DisplayName,
            ["password"] = person.Password,
            ["registration"] = "password",
            ["enabled"] = true,
            ["groups"] = new JsonArray(_userGroups[person.Role]),
        };
        if (await admin.GetAsync(path, cancellationToken) is null)
            await admin.PostAsync("users", body, cancellationToken);
        else
            await admin.PutAsync(path, body, cancellationToken);
        lock (_entered)
            _entered.Add((path, person.UserName));
    }

    private Task EnterAsync(PlannedItem item, CancellationToken cancellationToken) => item switch
    {
        PlannedItem.SignInWebClip => admin.PutAsync($"configurations/{item.Name}/distribution", Distribution(item.Audience), cancellationToken),
        PlannedItem.Configuration configuration => EnterAsync("configurations", item.Name, new JsonObject
        {
            ["name"] = item.Name,
            ["content"] = JsonSerializer.SerializeToNode<ConfigurationContent>(configuration.Content, JsonSerializerOptions.Web),
            ["enabled"] = true,
            ["distribution"] = Distribution(item.Audience),
        }, cancellationToken),
        PlannedItem.App app => EnterAsync("apps", item.Name, new JsonObject
        {
            ["name"] = item.Name,
            ["bundleId"] = app.BundleId,
            ["manifestUrl"] = app.ManifestUrl,
            ["required"] = true,
            ["distribution"] = Distribution(item.Audience),
        }, cancellationToken),
        _ => throw new InvalidOperationException("No such item."),
    };

    /// <summary>Creates the object of this name, or replaces it; its id.</summary>
    private async Task<string> EnterAsync(string list, string name, JsonObject body, CancellationToken cancellationToken)
    {
        var known = (await admin.ListAsync(list, cancellationToken)).FirstOrDefault(item => item["name"]?.ToString() == name);
        var entered = known is null
            ? await admin.PostAsync(list, body, cancellationToken)
            : await admin.PutAsync($"{list}/{known["id"]}", body, cancellationToken);
        var id = (known ?? entered)["id"]!.ToString();
        _entered.Add(($"{list}/{id}", name));
        return id;
    }

    private JsonObject Distribution(Audience audience) => audience.Everyone
        ? new JsonObject { ["to"] = "all" }
        : new JsonObject
        {
            ["to"] = "custom",
            ["userGroups"] = new JsonArray([.. audience.Roles.Select(role => JsonValue.Create(_userGroups[role]))]),
            ["deviceGroups"] = audience.WardDevices ? new JsonArray(_deviceGroup) : [],
        };

    private static JsonObject Named(string name) => new() { ["name"] = name };
}
