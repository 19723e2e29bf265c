using System.Text.Json.Nodes;
using Mdm.Fleet.Domain.Configurations;
using Mdm.Fleet.LoadSim.Devices;
using Mdm.Fleet.Protocol.Commands;
using Mdm.Fleet.Protocol.Plist;
using Mdm.Fleet.Protocol.Profiles;

namespace Mdm.Fleet.LoadSim.Tests.Shifts;

/// <summary>What the tiny server knows of one device: its owner, what it acknowledged, the command that is out.</summary>
public sealed class WardDevice(string udid, Uri signInUrl, WardCatalog catalog, WardSins sins)
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _installed = [];
    private readonly List<(string UserName, long Epoch)> _handedOver = [];
    private (string Uuid, string Key, Command Command, bool Install)? _out;
    private string? _owner;
    private string? _group;
    private bool _ownThingsTouched = !sins.TouchesOwnThings;
    private long _epoch;
    private int _handedOverBefore;
    private bool _relapsed;

    public string? PushToken { get; private set; }

    public string? PushMagic { get; private set; }

    public void Reachable(string token, string magic)
    {
        lock (_gate)
            (PushToken, PushMagic) = (token, magic);
    }

    /// <summary>The second hand-over of this enrolment was called clean.</summary>
    public bool Finished
    {
        get
        {
            lock (_gate)
                return _relapsed && _handedOver.Count - _handedOverBefore == 2;
        }
    }

    /// <summary>Whatever it was, it is new now, and nobody's.</summary>
    public void Enrol()
    {
        lock (_gate)
        {
            _installed.Clear();
            (_out, _owner, _group, _relapsed, _handedOverBefore) = (null, null, null, false, _handedOver.Count);
            _epoch++;
        }
    }

    public void Own(string? userName, string? group)
    {
        lock (_gate)
        {
            if (userName is null && _owner is not null)
                _handedOver.Add((_owner, _epoch));
            (_owner, _group, _relapsed) = (userName, group, false);
            _epoch++;
        }
    }

    /// <summary>Notes that the page called a hand-over clean: the moment for some sins. True the first time.</summary>
    public bool Relapse(JsonObject page)
    {
        lock (_gate)
        {
            if (_relapsed || page["handOver"]?["state"]?.ToString() != "clean")
                return false;
            _relapsed = true;
            if (sins.Reverts && Finished)
                _owner = _handedOver[^1].UserName;
            return true;
        }
    }

    public JsonObject Page()
    {
        lock (_gate)
            return new JsonObject
            {
                ["state"] = _owner is null ? "free" : "preparing",
                ["userName"] = _owner,
                ["epoch"] = _epoch,
                ["csrf"] = "c",
                ["handOver"] = _owner is not null || _handedOver.Count == 0 ? null : new JsonObject { ["state"] = Plan() is null && !sins.NeverClean ? "clean" : "cleaning" },
            };
    }

    public JsonObject Row()
    {
        lock (_gate)
            return new JsonObject
            {
                ["status"] = "enrolled",
                ["handOvers"] = new JsonArray(
                    [.. _handedOver.Take(sins.Remembers).Select(one => new JsonObject { ["userName"] = one.UserName, ["epoch"] = one.Epoch, ["state"] = "clean" })]),
            };
    }

    /// <summary>Takes a result and gives the next command, or nothing.</summary>
    public byte[] Next(PlistValue.Dict message)
    {
        lock (_gate)
        {
            if (_out is { } done && message.GetString("CommandUUID") == done.Uuid)
            {
                _out = null;
                if (message.GetString("Status") is "Acknowledged" or "Error")
                    _ = done.Install ? _installed.Add(done.Key) : _installed.Remove(done.Key);
            }

            if (message.GetString("Status") == "NotNow" || (_out ??= Plan()) is not { } next)
                return [];
            var output = new System.Buffers.ArrayBufferWriter<byte>();
            next.Command.Encode(next.Uuid, output);
            return output.WrittenSpan.ToArray();
        }
    }

    private (string Uuid, string Key, Command Command, bool Install)? Plan()
    {
        var desired = Desired();
        if (_installed.FirstOrDefault(key => !desired.ContainsKey(key) && key != $"kept:{sins.Keeps}") is { } gone)
            return (Guid.NewGuid().ToString(), gone, Removal(gone), false);
        if (desired.Keys.FirstOrDefault(key => !_installed.Contains(key)) is { } missing)
            return (Guid.NewGuid().ToString(), missing, desired[missing], true);
        if (_ownThingsTouched)
            return null;
        _ownThingsTouched = true;
        return (Guid.NewGuid().ToString(), "own", new RemoveProfile(DeviceContents.PersonalProfileIdentifier), false);
    }

    private Dictionary<string, Command> Desired()
    {
        var desired = new Dictionary<string, Command> { ["profile:sign-in"] = Install("sign-in", new ConfigurationContent.MultiUserSignIn("Sign in")) };
        var free = _owner is null && _handedOver.Count > _handedOverBefore;
        if (free && _relapsed && sins.Returns is { } late)
            desired["profile:late"] = Install("late", new ConfigurationContent.WiFi(late, WiFiSecurity.WPA2, "secret"));
        foreach (var (id, content) in catalog.Configurations(_group))
        {
            var ssid = (content as ConfigurationContent.WiFi)?.Ssid;
            if (ssid is null || ssid != sins.Withholds || !free || _relapsed)
                desired[ssid is not null && ssid == sins.Keeps ? $"kept:{ssid}" : $"profile:{id}"] = Install(id, content);
        }

        foreach (var (bundleId, manifest) in catalog.Apps(_group))
            desired[$"app:{bundleId}"] = new InstallApplication(ManifestUrl: manifest);
        return desired;
    }

    private InstallProfile Install(string id, ConfigurationContent content) =>
        new(ProfileRenderer.Render(new ProfileHeader($"ward.{id}", "1", id), content, signInUrl.AbsoluteUri));

    private static Command Removal(string key) =>
        key.StartsWith("app:", StringComparison.Ordinal) ? new RemoveApplication(key[4..]) : new RemoveProfile($"ward.{key[8..]}");

    public override string ToString() => udid;
}
