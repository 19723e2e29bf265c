using System.Buffers.Text;
using System.Net.Sockets;

namespace Mdm.Fleet.LoadSim.Load;

/// <summary>
/// One keep-alive HTTP/1.1 connection of a blocking thread: sends bytes that are ready and reads just enough of the answer. An ordinary client
/// would cost the machine more than the server that it measures.
/// </summary>
public sealed class RawConnection(Uri url) : IDisposable
{
    private const int AnswerBytesMax = 1 << 20;
    private const int TimeLimitMs = 30_000;
    private readonly byte[] _buffer = new byte[AnswerBytesMax];
    private Socket? _socket;
    private int _filled;

    /// <summary>Bytes of requests so far, HTTP and all.</summary>
    public long SentBytes { get; private set; }

    /// <summary>Bytes of answers so far.</summary>
    public long ReceivedBytes { get; private set; }

    /// <summary>Sends a request and returns the status with the body, which is valid until the next call.</summary>
    /// <exception cref="SocketException">The connection broke; the next call opens a new one.</exception>
    /// <exception cref="FormatException">The answer is not the HTTP that this client understands.</exception>
    public RawAnswer Send(ReadOnlySpan<byte> request)
    {
        try
        {
            var socket = _socket ??= Open();
            SentBytes += request.Length;
            while (request.Length > 0)
                request = request[socket.Send(request)..];
            return Receive();
        }
        catch (Exception broken) when (broken is SocketException or FormatException)
        {
            Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _socket?.Dispose();
        _socket = null;
    }

    private Socket Open()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = TimeLimitMs, SendTimeout = TimeLimitMs };
        socket.Connect(url.Host, url.Port);
        return socket;
    }

    private RawAnswer Receive()
    {
        _filled = 0;
        int headEnd;
        while ((headEnd = _buffer.AsSpan(0, _filled).IndexOf("\r\n\r\n"u8)) < 0)
            ReceiveMore();
        var head = _buffer.AsSpan(0, headEnd + 2);
        var status = head.Length > 12 && Utf8Parser.TryParse(head[9..12], out int code, out _) ? code : throw new FormatException("No status.");
        var bodyAt = headEnd + 4;
        if (Header(head, "\r\nContent-Length: "u8) is var length && !length.IsEmpty)
            return new RawAnswer(status, Whole(bodyAt, Utf8Parser.TryParse(length, out int bytes, out _) ? bytes : throw new FormatException("Bad length.")));
        if (status is 204 or 304)
            return new RawAnswer(status, []);
        return Header(head, "\r\nTransfer-Encoding: "u8).SequenceEqual("chunked"u8)
            ? new RawAnswer(status, Chunked(bodyAt))
            : throw new FormatException("Neither a length nor chunks.");
    }

    private static ReadOnlySpan<byte> Header(ReadOnlySpan<byte> head, ReadOnlySpan<byte> name)
    {
        var at = head.IndexOf(name);
        if (at < 0)
            return [];
        var value = head[(at + name.Length)..];
        return value[..value.IndexOf("\r\n"u8)];
    }

    private ReadOnlySpan<byte> Whole(int at, int length)
    {
        if (length < 0 || length > AnswerBytesMax - at)
            throw new FormatException("The answer is too large.");
        while (_filled < at + length)
            ReceiveMore();
        return _buffer.AsSpan(at, length);
    }

    /// <summary>Joins the chunks in place.</summary>
    private ReadOnlySpan<byte> Chunked(int at)
    {
        var (read, end) = (at, at);
        while (true)
        {
            int lineEnd;
            while ((lineEnd = _buffer.AsSpan(read, _filled - read).IndexOf("\r\n"u8)) < 0)
                ReceiveMore();
            if (!Utf8Parser.TryParse(_buffer.AsSpan(read, lineEnd), out int length, out _, 'x'))
                throw new FormatException("Bad chunk.");
            var chunkAt = read + lineEnd + 2;
            var chunk = Whole(chunkAt, length + 2)[..length];
            if (length == 0)
                return _buffer.AsSpan(at, end - at);
            chunk.CopyTo(_buffer.AsSpan(end));
            (read, end) = (chunkAt + length + 2, end + length);
        }
    }

    private void ReceiveMore()
    {
        if (_filled == _buffer.Length)
            throw new FormatException("The answer is too large.");
        var received = _socket!.Receive(_buffer.AsSpan(_filled));
        _filled += received > 0 ? received : throw new SocketException((int)SocketError.ConnectionReset);
        ReceivedBytes += received;
    }
}

/// <summary>An HTTP answer, as far as a load generator looks at it.</summary>
public readonly ref struct RawAnswer(int status, ReadOnlySpan<byte> body)
{
    public int Status { get; } = status;

    public ReadOnlySpan<byte> Body { get; } = body;

    public bool Succeeded => Status is >= 200 and < 300;
}
