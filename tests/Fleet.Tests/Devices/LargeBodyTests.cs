using System.IO.Pipelines;
using System.Net;
using Mdm.Fleet.Fleet.Tests.Servers;
using Mdm.Fleet.Frontend.Devices;
using Mdm.Fleet.Protocol.Cms;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Mdm.Fleet.Fleet.Tests.Devices;

[Trait("Requirement", "PR-08")]
public class LargeBodyTests(StillFixture fixture) : IClassFixture<StillFixture>
{
    private readonly TestFleet _fleet = fixture.Fleet;

    [Theory]
    [InlineData("x")]
    [InlineData("not base64: ")]
    [InlineData("AAAA")]
    public async Task What_has_not_the_form_of_a_signature_is_refused_before_the_body_is_read(string header)
    {
        using var stranger = Wire.With(_fleet, null);
        var body = new Unread();

        using var response = await stranger.SendAsync("/mdm/connect", Wire.ConnectType, [], change: request =>
        {
            request.Headers.TryAddWithoutValidation(MdmSignature.HeaderName, string.Concat(Enumerable.Repeat(header, 400)));
            request.Headers.ExpectContinue = true;
            request.Content = body;
        });

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.False(body.WasAskedFor);
    }

    [Fact]
    public async Task Only_so_many_large_bodies_are_held_at_once()
    {
        var large = new LargeBodies(1);
        using (var first = await ReadAsync(LargeBodies.FromBytes + 1, large))
        {
            Assert.Equal(LargeBodies.FromBytes + 1, first.Memory.Length);
            using var second = await ReadAsync(LargeBodies.FromBytes + 1, large);
            Assert.True(second.IsTooMuch);
            using var small = await ReadAsync(LargeBodies.FromBytes, large);
            Assert.Equal(LargeBodies.FromBytes, small.Memory.Length);
        }

        using var next = await ReadAsync(LargeBodies.FromBytes + 1, large);
        Assert.False(next.IsTooMuch);
    }

    [Fact]
    public async Task A_large_body_that_breaks_off_gives_its_room_back()
    {
        var large = new LargeBodies(1);
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        await pipe.Writer.WriteAsync(new byte[LargeBodies.FromBytes + 1]);
        var reading = ReadAsync(pipe.Reader, large);
        await pipe.Writer.CompleteAsync(new IOException("gone"));

        await Assert.ThrowsAsync<IOException>(() => reading);
        using var next = await ReadAsync(LargeBodies.FromBytes + 1, large);
        Assert.False(next.IsTooMuch);
    }

    private static Task<RequestBody> ReadAsync(int bytes, LargeBodies large) =>
        ReadAsync(PipeReader.Create(new MemoryStream(new byte[bytes])), large);

    private static Task<RequestBody> ReadAsync(PipeReader body, LargeBodies large)
    {
        var context = new DefaultHttpContext();
        context.Features.Set<IRequestBodyPipeFeature>(new BodyOf(body));
        return RequestBody.ReadAsync(context.Request, 16 * LargeBodies.FromBytes, large).AsTask();
    }

    private sealed record BodyOf(PipeReader Reader) : IRequestBodyPipeFeature;

    /// <summary>A body that is sent only when the server asks for it.</summary>
    private sealed class Unread : HttpContent
    {
        public bool WasAskedFor { get; private set; }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            WasAskedFor = true;
            return Task.CompletedTask;
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 16 * LargeBodies.FromBytes;
            return true;
        }
    }
}
