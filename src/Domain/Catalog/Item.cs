using System.Text.Json.Serialization;

namespace Mdm.Fleet.Domain.Catalog;

/// <summary>What an item is to an admin.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ItemKind>))]
public enum ItemKind
{
    Configuration,
    Certificate,
    WebClip,
    App,

    /// <summary>The built-in "Multi-user Secure Sign-in for iOS" (MU-10).</summary>
    MultiUserSignIn,

    /// <summary>Typed rules that a device is judged by (UG-13).</summary>
    Policy,
}

/// <summary>How an item reaches a device, and what names it there. A closed family.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "by")]
[JsonDerivedType(typeof(Profile), "profile")]
[JsonDerivedType(typeof(ManagedApp), "app")]
[JsonDerivedType(typeof(ServerSide), "server")]
public abstract record Delivery
{
    private Delivery()
    {
    }

    /// <summary>Whether devices get anything of it: what is not sent is never in a ledger and keeps nobody from being ready.</summary>
    [JsonIgnore]
    public bool IsSent => this is not ServerSide;

    /// <summary>A configuration profile with this top-level PayloadIdentifier.</summary>
    public sealed record Profile(string Identifier) : Delivery;

    /// <summary>A managed app with this bundle identifier.</summary>
    public sealed record ManagedApp(string BundleId) : Delivery;

    /// <summary>Never sent: the server acts on it (UG-12, UG-13). NeedsApps: it is judged by the list of the device's apps.</summary>
    public sealed record ServerSide(bool NeedsApps = false) : Delivery;
}

/// <summary>
/// An item as the catalog publishes it. <paramref name="Revision"/> is the hash of its content: two equal revisions are the same
/// bytes, whatever was edited in between. An item that is not required does not keep a person from being ready.
/// </summary>
public sealed record Item(
    ItemId Id,
    ItemKind Kind,
    string Name,
    string Revision,
    Delivery Delivery,
    Distribution Distribution,
    bool Enabled = true,
    bool Required = true);
