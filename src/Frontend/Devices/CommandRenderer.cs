using System.Buffers;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Mdm.Fleet.Domain.Attributes;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Commands;
using Mdm.Fleet.Domain.Configurations;
using Mdm.Fleet.Frontend.Enrollment;
using Mdm.Fleet.Frontend.Keys;
using Mdm.Fleet.Grains.Configurations;
using Mdm.Fleet.Grains.Devices;
using Mdm.Fleet.Protocol;
using Mdm.Fleet.Protocol.Cms;
using Mdm.Fleet.Protocol.Commands;
using Mdm.Fleet.Protocol.Profiles;
using Orleans;

namespace Mdm.Fleet.Frontend.Devices;

/// <summary>Makes the bytes of a command from its value: items' content comes from the payloads, which never change under their hash.</summary>
public sealed class CommandRenderer(IGrainFactory grains, InstallationKeys keys, EnrolmentProfiles enrolments, ProfileCache cache, FrontendOptions options)
{
    private static readonly ImmutableArray<string> DefaultQueries =
    [
        "DeviceName", "OSVersion", "BuildVersion", "ModelName", "Model", "ProductName", "SerialNumber", "DeviceCapacity",
        "AvailableDeviceCapacity", "BatteryLevel", "IsSupervised", "IsMultiUser", "WiFiMAC",
    ];

    /// <summary>Writes the command. The answer is null, or why it can't be made: its payload is missing or broken.</summary>
    public async ValueTask<string?> TryRenderAsync(QueuedCommand command, ConnectReply reply, DeviceIdentity identity, IBufferWriter<byte> output)
    {
        try
        {
            var rendered = await CommandAsync(command.Body, reply, identity);
            rendered.Encode(command.Id.ToString("D").ToUpperInvariant(), output);
            return null;
        }
        catch (Exception e) when (e is UnrenderableException or ProtocolException or CryptographicException)
        {
            return e.Message;
        }
    }

    private async ValueTask<Command> CommandAsync(CommandBody body, ConnectReply reply, DeviceIdentity identity) => body switch
    {
        CommandBody.InstallProfile install => new InstallProfile(await ProfileAsync(install.ItemId, install.Revision, reply)),
        CommandBody.RemoveProfile remove => new RemoveProfile(remove.Identifier),
        CommandBody.RemoveEnrollment remove => new RemoveProfile(remove.Identifier),
        CommandBody.RenewEnrollment => new InstallProfile(
            await enrolments.RenewedAsync(identity.Reference) ?? throw new UnrenderableException("The enrolment's profile can't be made again here.")),
        CommandBody.ProfileList => new ProfileList(),
        CommandBody.InstallApplication install => new InstallApplication(ManifestUrl: await ManifestAsync(install.Revision)),
        CommandBody.RemoveApplication remove => new RemoveApplication(remove.BundleId),
        CommandBody.ManagedApplicationList => new ManagedApplicationList(),
        CommandBody.InstalledApplicationList list => new InstalledApplicationList(ManagedAppsOnly: list.ManagedAppsOnly),
        CommandBody.CertificateList => new CertificateList(),
        CommandBody.DeviceInformation query => new DeviceInformation(query.Queries.IsDefaultOrEmpty ? DefaultQueries : query.Queries),
        CommandBody.SecurityInfo => new SecurityInfo(),
        CommandBody.DeviceLock deviceLock => new DeviceLock(deviceLock.Message, deviceLock.PhoneNumber, deviceLock.Pin),
        CommandBody.EraseDevice erase => new EraseDevice(erase.Pin),
        CommandBody.ClearPasscode => new ClearPasscode(UnlockToken(reply)),
        CommandBody.SetDeviceName name => new Settings([new DeviceNameSetting(name.DeviceName)]),
        CommandBody.DeviceConfigured => new DeviceConfigured(),
        _ => throw new InvalidOperationException($"{body.GetType().Name} has no rendering."),
    };

    private async ValueTask<byte[]> ProfileAsync(ItemId item, string revision, ConnectReply reply)
    {
        if (cache.Profile(item, revision) is { } known)
            return known;
        var payload = await PayloadAsync(EffectiveRevision.ContentOf(revision));
        var template = payload.Content ?? throw new UnrenderableException($"Item {item} is no configuration.");
        var content = Filled(template, reply.Values);
        var isPerDevice = content is ConfigurationContent.MultiUserSignIn || EffectiveRevision.IsFilled(revision);
        var header = new ProfileHeader(keys.Installation.IdentifierOf(item), revision, payload.Name, options.Organization);
        var profile = ProfileRenderer.Render(header, content, content is ConfigurationContent.MultiUserSignIn ? SignInUrl(reply.SignInToken) : null);
        var signed = ProfileSigning.Sign(profile, keys.ProfileSigner, [keys.Servers.Certificate]);
        if (!isPerDevice)
            cache.Keep(item, revision, signed);
        return signed;
    }

    /// <summary>Never half-filled: a value that is missing, or that makes a content no device takes, is an error of the item (UG-04).</summary>
    private static ConfigurationContent Filled(ConfigurationContent template, ImmutableArray<AttributeValue> values)
    {
        var resolved = Substitution.Resolve(template, id => AttributeValues.Find(values, id) is { Length: > 0 } text ? text : null);
        if (resolved.Value is not { } content)
            throw new UnrenderableException($"A value is missing: {string.Join(", ", resolved.Missing)}.");
        return values.IsEmpty || ConfigurationCheck.Check(content) is not [var problem, ..]
            ? content
            : throw new UnrenderableException($"With this person's values {problem.Field} is not valid: {problem.Message}");
    }

    private async ValueTask<string> ManifestAsync(string revision) =>
        (await PayloadAsync(revision)).App?.ManifestUrl ?? throw new UnrenderableException($"The payload {revision} is no app.");

    private async ValueTask<Payload> PayloadAsync(string revision)
    {
        if (cache.Payload(revision) is { } known)
            return known;
        var payload = await grains.GetGrain<IPayload>(revision).Read() ?? throw new UnrenderableException($"The payload {revision} is missing.");
        cache.Keep(revision, payload);
        return payload;
    }

    private string SignInUrl(string? token) => token is null || options.PublicUrl is null
        ? throw new UnrenderableException("The device has no sign-in address: the server was started without --public-url.")
        : options.Address("/signin/" + token);

    private static ReadOnlyMemory<byte> UnlockToken(ConnectReply reply) =>
        reply.UnlockToken.IsEmpty ? throw new UnrenderableException("The device gave no unlock token.") : reply.UnlockToken;
}

/// <summary>A command that can't be made into bytes; the message says why.</summary>
public sealed class UnrenderableException(string message) : Exception(message);
