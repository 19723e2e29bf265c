using System.Text;

namespace Mdm.Fleet.LoadSim.Load;

/// <summary>One device's part of a workload. Only one connection uses it at a time.</summary>
public sealed class DeviceLoad
{
    private const int CommandsMax = 50;
    private static readonly byte[] UuidPlace = Encoding.ASCII.GetBytes(RequestBytes.UuidPlace);
    private readonly byte[][] _once;
    private readonly byte[] _idle;
    private readonly byte[] _information;
    private readonly byte[] _nothing;
    private readonly byte[] _order;
    private readonly byte[] _tokenUpdate;
    private readonly int _tokenAt;
    private int? _informationUuidAt;
    private int? _nothingUuidAt;

    public DeviceLoad(Workload workload, RequestBytes requests, string? adminToken)
    {
        var talks = workload is Workload.Idle or Workload.Cycle;
        _once = workload == Workload.Enrol ? [requests.Authenticate(), requests.TokenUpdate()] : [];
        _idle = talks ? requests.Idle() : [];
        _information = talks ? requests.Information() : [];
        _nothing = talks ? requests.Nothing() : [];
        _order = workload == Workload.Cycle ? requests.Order(adminToken ?? throw new ArgumentNullException(nameof(adminToken))) : [];
        _tokenUpdate = workload is Workload.TokenUpdate or Workload.TokenUpdateNew ? requests.TokenUpdate() : [];
        _tokenAt = workload == Workload.TokenUpdateNew ? requests.TokenOffset(_tokenUpdate) : -1;
    }

    /// <summary>Takes and answers what the server has queued before the measuring begins. Returns the requests sent, or the negative of a status that is an error (0: commands without end).</summary>
    public int Drain(RawConnection connection) => _idle.Length == 0 ? 1 : Talk(connection);

    /// <summary>One operation of the workload. Returns the requests sent, or the negative of a status that is an error (0: commands without end).</summary>
    public int Run(RawConnection connection, Workload workload, Random chance) => workload switch
    {
        Workload.Enrol => Enrol(connection),
        Workload.TokenUpdate => One(connection, _tokenUpdate),
        Workload.TokenUpdateNew => RenewToken(connection, chance),
        Workload.Idle => One(connection, _idle),
        Workload.Cycle => One(connection, _order) is < 0 and var refused ? refused : Talk(connection) is > 1 and var sent ? sent + 1 : 0,
        Workload.Certificates => throw new InvalidOperationException("Nothing to send."),
        _ => throw new InvalidOperationException("No such workload."),
    };

    private static int One(RawConnection connection, byte[] request) => connection.Send(request) is { Succeeded: false, Status: var status } ? -status : 1;

    private int Enrol(RawConnection connection)
    {
        foreach (var request in _once)
            if (One(connection, request) is < 0 and var refused)
                return refused;
        return _once.Length;
    }

    private int RenewToken(RawConnection connection, Random chance)
    {
        const string letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        for (var at = 0; at < 40; at++)
            _tokenUpdate[_tokenAt + at] = (byte)letters[chance.Next(letters.Length)];
        return One(connection, _tokenUpdate);
    }

    /// <summary>Idle, then a result for each command until the server has nothing more.</summary>
    private int Talk(RawConnection connection)
    {
        var request = _idle;
        for (var sent = 1; sent <= CommandsMax; sent++)
        {
            var answer = connection.Send(request);
            if (!answer.Succeeded)
                return -answer.Status;
            if (answer.Body.IsEmpty)
                return sent;
            request = ResultOf(answer.Body);
        }

        return 0;
    }

    private byte[] ResultOf(ReadOnlySpan<byte> command)
    {
        var result = command.IndexOf(">DeviceInformation<"u8) >= 0 ? _information : _nothing;
        var at = command.IndexOf("<key>CommandUUID</key>"u8);
        at += command[at..].IndexOf("<string>"u8) + "<string>"u8.Length;
        var uuid = command.Slice(at, UuidPlace.Length);
        var written = result == _information ? (_informationUuidAt ??= At(result)) : (_nothingUuidAt ??= At(result));
        uuid.CopyTo(result.AsSpan(written));
        return result;
    }

    private static int At(byte[] result) => result.AsSpan().IndexOf(UuidPlace);
}
