using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;

namespace Mdm.Fleet.Frontend.Devices;

/// <summary>The body of a request in a pooled buffer, read up to a bound and never by a declared size alone.</summary>
public struct RequestBody : IDisposable
{
    private const int FirstBytes = 4096;

    private byte[]? _buffer;
    private int _length;
    private LargeBodies? _large;

    /// <summary>More than the bound was sent: nothing of it counts.</summary>
    public bool IsTooLarge { get; private set; }

    public readonly ReadOnlyMemory<byte> Memory => _buffer.AsMemory(0, _length);

    /// <summary>There is no room for another large body at the moment.</summary>
    public bool IsTooMuch { get; private set; }

    /// <summary>Reads up to a bound; beyond <see cref="LargeBodies.FromBytes"/> only where <paramref name="large"/> has room.</summary>
    public static async ValueTask<RequestBody> ReadAsync(HttpRequest request, int bytesMax, LargeBodies? large = null)
    {
        var body = new RequestBody();
        if (request.ContentLength > bytesMax)
            return new RequestBody { IsTooLarge = true };
        var reader = request.BodyReader;
        try
        {
            while (true)
            {
                if (!reader.TryRead(out var result))
                    result = await reader.ReadAsync();
                var isWhole = body.Take(result, bytesMax, large);
                reader.AdvanceTo(result.Buffer.End);
                if (isWhole)
                    return body;
            }
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _large?.Leave();
        _large = null;
        if (_buffer is { } buffer)
            ArrayPool<byte>.Shared.Return(buffer);
        _buffer = null;
        _length = 0;
    }

    private bool Take(ReadResult result, int bytesMax, LargeBodies? large)
    {
        if (result.Buffer.Length > bytesMax - _length)
        {
            Dispose();
            IsTooLarge = true;
            return true;
        }

        if (_large is null && large is not null && _length + result.Buffer.Length > LargeBodies.FromBytes)
        {
            if (!large.TryEnter())
            {
                Dispose();
                IsTooMuch = true;
                return true;
            }

            _large = large;
        }

        var added = (int)result.Buffer.Length;
        Grow(_length + added);
        result.Buffer.CopyTo(_buffer.AsSpan(_length));
        _length += added;
        return result.IsCompleted;
    }

    private void Grow(int length)
    {
        if (_buffer is not null && _buffer.Length >= length)
            return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(length, _buffer is null ? FirstBytes : _buffer.Length * 2));
        _buffer.AsSpan(0, _length).CopyTo(larger);
        if (_buffer is not null)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
