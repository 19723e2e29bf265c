using System.Collections.Immutable;
using Mdm.Fleet.Protocol.Plist;

namespace Mdm.Fleet.Protocol.Commands;

/// <summary>Sets several settings at once; each has its own outcome.</summary>
public sealed record Settings(ImmutableArray<SettingItem> Items) : Command
{
    public override string RequestType => "Settings";

    internal override PlistValue.Dict Keys() =>
        PlistValue.Dict.Of(("Settings", new PlistValue.Array([.. Items.Select(item => (PlistValue)item.ToDict())])));
}

/// <summary>One setting. A closed family; what has no type of its own keeps Apple's keys.</summary>
public abstract record SettingItem
{
    private protected SettingItem()
    {
    }

    /// <summary>Apple's name of the setting.</summary>
    public abstract string Item { get; }

    internal static SettingItem Read(PlistValue.Dict keys) => keys.GetString("Item") switch
    {
        null => throw new ProtocolException(ProtocolError.MissingKey, "Item is absent."),
        "DeviceName" => new DeviceNameSetting(keys.GetString("DeviceName") ?? ""),
        var item => new OtherSetting(item, keys.Without("Item")),
    };

    internal abstract PlistValue.Dict ToDict();
}

/// <summary>Names the device; it needs supervision.</summary>
public sealed record DeviceNameSetting(string DeviceName) : SettingItem
{
    public override string Item => "DeviceName";

    internal override PlistValue.Dict ToDict() => PlistValue.Dict.Of(("DeviceName", DeviceName), ("Item", Item));
}

/// <summary>Any other setting, such as Bluetooth or VoiceRoaming, with Apple's keys.</summary>
public sealed record OtherSetting(string Name, PlistValue.Dict Keys) : SettingItem
{
    public override string Item => Name;

    internal override PlistValue.Dict ToDict() => Keys.With("Item", Name);
}
