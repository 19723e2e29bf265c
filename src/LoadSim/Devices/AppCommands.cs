using Mdm.Fleet.Protocol.Plist;

namespace Mdm.Fleet.LoadSim.Devices;

/// <summary>The commands about apps. An accepted install goes on by itself, slowly; only a list shows that it is done.</summary>
public sealed class AppCommands(DeviceContents contents, DeviceTemper temper, DeviceOptions options, Random chance, TimeProvider time)
{
    private const string Domain = "MCMDMErrorDomain";

    public CommandReply Install(PlistValue.Dict command)
    {
        if (BundleIdOf(command) is not { } bundleId)
            return new CommandReply.FormatError();
        if (temper.Refuses(ItemMark.App(bundleId)))
            return temper.Refused(new CommandReply.Error(Domain, 12038, $"The app “{bundleId}” could not be installed."));
        if (bundleId == DeviceContents.PersonalApp.BundleId)
        {
            temper.NotePersonalTouched();
            return new CommandReply.Error(Domain, 12040, "The app is already installed by the user.");
        }

        var app = Begin(bundleId, command.GetInt64("ManagementFlags") ?? 0);
        contents.Put(app);
        return new CommandReply.Acknowledged(("Identifier", bundleId), ("State", app.StatusAt(time.GetUtcNow())));
    }

    public CommandReply Remove(PlistValue.Dict command)
    {
        if (command.GetString("Identifier") is not { } bundleId)
            return new CommandReply.FormatError();
        if (bundleId == DeviceContents.PersonalApp.BundleId)
            temper.NotePersonalTouched();
        if (contents.Apps.All(app => app.BundleId != bundleId))
            return new CommandReply.Error(Domain, 12026, $"The app “{bundleId}” is not managed.");
        contents.RemoveApp(bundleId);
        return new CommandReply.Acknowledged();
    }

    public CommandReply ListManaged(PlistValue.Dict command)
    {
        var asked = Identifiers(command);
        var apps = contents.Apps.Where(app => asked.Count == 0 || asked.Contains(app.BundleId));
        return new CommandReply.Acknowledged(("ManagedApplicationList", new PlistValue.Dict(
            apps.Select(app => KeyValuePair.Create<string, PlistValue>(app.BundleId, DescribeManaged(app))))));
    }

    public CommandReply ListInstalled(PlistValue.Dict command)
    {
        var asked = Identifiers(command);
        var all = contents.Apps.Where(app => app.StatusAt(time.GetUtcNow()) != "Queued").Select(DescribeInstalled);
        if (command.GetBool("ManagedAppsOnly") != true && contents.PersonalItemsIntact())
            all = all.Append(DescribePersonal(DeviceContents.PersonalApp));
        return new CommandReply.Acknowledged(("InstalledApplicationList", new PlistValue.Array(
            [.. all.Where(app => asked.Count == 0 || asked.Contains(app.GetString("Identifier")!))])));
    }

    private static HashSet<string> Identifiers(PlistValue.Dict command) =>
        [.. command.GetArray("Identifiers").OfType<PlistValue.String>().Select(text => text.Value)];

    /// <summary>A manifest is not fetched: in the simulated world its file is named for the app that it describes.</summary>
    private static string? BundleIdOf(PlistValue.Dict command) =>
        (command.GetString("Identifier"), command.GetString("ManifestURL"), command.GetInt64("iTunesStoreID")) switch
        {
            ({ } bundleId, null, null) => bundleId,
            (null, { } manifest, null) when Uri.TryCreate(manifest, UriKind.Absolute, out var address) => Path.GetFileNameWithoutExtension(address.AbsolutePath),
            (null, null, { } store) => $"store.{store}",
            _ => null,
        };

    private ManagedApp Begin(string bundleId, long managementFlags)
    {
        var now = time.GetUtcNow();
        var (shortest, longest) = options.AppInstall;
        var takes = shortest + ((longest - shortest) * chance.NextDouble());
        return new ManagedApp(bundleId, "1.0", managementFlags, now + (takes / 4), now + takes);
    }

    private PlistValue.Dict DescribeManaged(ManagedApp app) => PlistValue.Dict.Of(
        ("Status", app.StatusAt(time.GetUtcNow())),
        ("ManagementFlags", app.ManagementFlags),
        ("HasConfiguration", false),
        ("HasFeedback", false),
        ("IsValidated", true));

    private PlistValue.Dict DescribeInstalled(ManagedApp app) => PlistValue.Dict.Of(
        ("Identifier", app.BundleId),
        ("Name", app.BundleId),
        ("ShortVersion", app.Version),
        ("Version", app.Version),
        ("BundleSize", 12_000_000),
        ("Installing", app.StatusAt(time.GetUtcNow()) == "Installing"));

    private static PlistValue.Dict DescribePersonal(PersonalApp app) => PlistValue.Dict.Of(
        ("Identifier", app.BundleId),
        ("Name", app.Name),
        ("ShortVersion", app.Version),
        ("Version", app.Version),
        ("BundleSize", 48_000_000));
}
