using System.Security.Cryptography.X509Certificates;

namespace Mdm.Fleet.LoadSim.Devices;

/// <summary>A device's relation to its server: how it begins, is renewed, and ends (apple/protocol-notes.md, sections 2 and 5).</summary>
public sealed class Enrolment : IDisposable
{
    private readonly DeviceFacts _facts;
    private readonly DeviceOptions _options;
    private readonly DeviceContents _contents;
    private readonly EnrolmentCommands _commands;
    private readonly Keychain _keychain;
    private readonly DeviceLine _line;
    private readonly List<MdmTransport> _transports = [];
    private readonly byte[] _token = new byte[32];
    private readonly byte[] _magic = new byte[16];
    private EnrolmentProfile? _profile;
    private volatile bool _active;
    private volatile string? _pushToken;

    public Enrolment(
        DeviceFacts facts, DeviceOptions options, DeviceContents contents, EnrolmentCommands commands, Keychain keychain, DeviceLine line, Random chance)
    {
        (_facts, _options, _contents, _commands, _keychain, _line) = (facts, options, contents, commands, keychain, line);
        chance.NextBytes(_token);
        chance.NextBytes(_magic);
        commands.UnlockToken = new byte[64];
        chance.NextBytes(commands.UnlockToken);
        commands.Renew = RenewAsync;
    }

    /// <summary>The first TokenUpdate was accepted and the enrolment goes on.</summary>
    public bool Active => _active;

    public EnrolmentProfile Profile => _profile ?? throw new InvalidOperationException("The device has no enrolment.");

    public MdmTransport Transport => _transports[^1];

    public DeviceMessages Messages => new(_facts, Profile.Topic);

    /// <summary>The push token (hex) from the moment when the push service knows it.</summary>
    public string? PushToken => _pushToken;

    public string PushMagic => Convert.ToHexString(_magic);

    /// <summary>Downloads the profile, gets an identity, authenticates, and insists on its TokenUpdate.</summary>
    public async Task BeginAsync(Uri profileUrl, CancellationToken cancellationToken)
    {
        _active = false;
        var profile = await DownloadAsync(profileUrl, cancellationToken);
        foreach (var root in profile.Roots())
            _keychain.Roots.Add(root);
        var identity = profile.Scep is null ? null : await _keychain.ObtainIdentityAsync(profile.Scep, cancellationToken);
        Use(profile, identity);
        var answer = await Transport.CheckInAsync(profile.CheckInUrl, Messages.Authenticate(), cancellationToken);
        if (answer is not MdmAnswer.Accepted)
            throw new EnrolmentFailedException($"Authenticate: {answer}");
        if (await TellTokenAsync(cancellationToken) is not MdmAnswer.Accepted)
            throw new EnrolmentFailedException("TokenUpdate: the server wants the device to unenrol");
        Activate();
    }

    /// <summary>Continues an enrolment that the server knows already.</summary>
    public void Resume(EnrolmentProfile profile, X509Certificate2? identity)
    {
        Use(profile, identity);
        RegisterForPush();
        Activate();
    }

    /// <summary>The server's answer said that it does not know the device: everything managed goes.</summary>
    public void Drop()
    {
        _active = false;
        _contents.RemoveManaged();
    }

    /// <summary>Ends the enrolment as the server commanded: by a wipe, or with a CheckOut if the profile asks for one. One attempt, no retry.</summary>
    public async Task EndAsync(bool erased, Protocol.Plist.PlistValue.Dict reply, CancellationToken cancellationToken)
    {
        _active = false;
        if (erased)
        {
            await Transport.ConnectAsync(Profile.ServerUrl, reply, cancellationToken);
            _contents.Erase();
            return;
        }

        _contents.RemoveManaged();
        if (Profile.CheckOutWhenRemoved)
            await Transport.CheckInAsync(Profile.CheckInUrl, Messages.CheckOut(), cancellationToken);
    }

    public void Dispose() => _transports.ForEach(transport => transport.Dispose());

    private async Task<EnrolmentProfile> DownloadAsync(Uri url, CancellationToken cancellationToken)
    {
        try
        {
            using var http = new HttpClient(new SocketsHttpHandler { SslOptions = _keychain.Roots.ForClient() }) { Timeout = TimeSpan.FromSeconds(60) };
            return EnrolmentProfile.From(InstalledProfile.Read(await http.GetByteArrayAsync(url, cancellationToken), managed: true));
        }
        catch (Exception failed) when (failed is HttpRequestException or FormatException)
        {
            throw new EnrolmentFailedException($"profile: {failed.InnerException?.Message ?? failed.Message}", failed);
        }
    }

    /// <summary>A new profile of the same enrolment: a fresh identity, told by a TokenUpdate; a failure leaves the old one in place.</summary>
    private async Task<bool> RenewAsync(InstalledProfile installed, CancellationToken cancellationToken)
    {
        var renewed = EnrolmentProfile.From(installed);
        if (!renewed.MayReplace(Profile) || renewed.Scep is null)
            return false;
        try
        {
            Use(renewed, await _keychain.ObtainIdentityAsync(renewed.Scep, cancellationToken));
        }
        catch (EnrolmentFailedException)
        {
            return false;
        }

        if (await TellTokenAsync(cancellationToken) is not MdmAnswer.Accepted)
            return false;
        _contents.Put(installed);
        return true;
    }

    private void Use(EnrolmentProfile profile, X509Certificate2? identity)
    {
        _profile = profile;
        _commands.Certificate = identity;
        _transports.Add(new MdmTransport(identity, _options.Proof, profile.SignMessage, _keychain.Roots, _options.Timeline));
    }

    private Task<MdmAnswer> TellTokenAsync(CancellationToken cancellationToken)
    {
        RegisterForPush();
        var message = Messages.TokenUpdate(_token, PushMagic, _commands.UnlockToken);
        return _line.InsistAsync(token => Transport.CheckInAsync(Profile.CheckInUrl, message, token), cancellationToken);
    }

    private void RegisterForPush()
    {
        var token = Convert.ToHexStringLower(_token);
        _options.Push?.Register(token, Profile.Topic);
        _pushToken = token;
        _contents.Changed.Raise();
    }

    private void Activate()
    {
        _active = true;
        _contents.EnrolmentIdentifier = Profile.Profile.Identifier;
        _contents.Put(Profile.Profile);
    }
}
