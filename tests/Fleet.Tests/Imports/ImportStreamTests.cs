using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Mdm.Fleet.Fleet.Tests.Admin;
using Mdm.Fleet.Fleet.Tests.Servers;
using Mdm.Fleet.Storage;

namespace Mdm.Fleet.Fleet.Tests.Imports;

/// <summary>Rows go in while their report comes out; what is reported as done is stored.</summary>
[Trait("Requirement", "UG-01")]
public sealed class ImportStreamTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task The_first_line_comes_before_the_last_row_is_sent()
    {
        await using var fleet = await TestFleet.StartAsync();
        using var imports = new ImportClient(fleet);
        using var file = new OpenFile();
        await file.SendAsync("userName\nanna\n");
        using var request = Request(file);
        using var response = await imports.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).WaitAsync(Patience);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());

        Assert.Equal("""{"row":2,"userName":"anna","result":"created"}""", await lines.ReadLineAsync().WaitAsync(Patience));
        using var admin = new ApiClient(fleet);
        (await admin.GetAsync("users/anna")).Is(HttpStatusCode.OK);
        await file.SendAsync("bo\n");
        Assert.Equal("""{"row":3,"userName":"bo","result":"created"}""", await lines.ReadLineAsync().WaitAsync(Patience));
        file.End();
        Assert.Equal("""{"summary":{"rows":2,"created":2,"updated":0,"unchanged":0,"failed":0}}""", await lines.ReadLineAsync().WaitAsync(Patience));
        Assert.Null(await lines.ReadLineAsync().WaitAsync(Patience));
    }

    [Fact]
    public async Task Where_the_client_goes_what_was_reported_stays_and_the_server_goes_on()
    {
        await using var fleet = await TestFleet.StartAsync();
        using (var imports = new ImportClient(fleet))
        {
            using var file = new OpenFile();
            await file.SendAsync("userName\nanna\nbo");
            using var request = Request(file);
            using var response = await imports.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).WaitAsync(Patience);
            using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
            Assert.Contains("created", await lines.ReadLineAsync().WaitAsync(Patience), StringComparison.Ordinal);
        }

        await fleet.StopAsync();
        await fleet.StartAgainAsync();
        using var admin = new ApiClient(fleet);
        (await admin.GetAsync("users/anna")).Is(HttpStatusCode.OK);
        (await admin.GetAsync("users/bo")).Refuses(HttpStatusCode.NotFound, "not-found");
        using var again = new ImportClient(fleet);
        Assert.Equal(["unchanged", "created"], (await again.UsersAsync("userName\nanna\nbo\n")).Results);
    }

    [Fact]
    public async Task A_client_may_send_all_before_it_reads_anything()
    {
        const int rows = 40_000;
        await using var fleet = await TestFleet.StartAsync();
        using var imports = new ImportClient(fleet);
        var tooLong = new string('x', 200);
        var report = await imports.UsersAsync("userName\n" + string.Concat(Enumerable.Repeat(tooLong + "\n", rows))).WaitAsync(Patience);
        Assert.Equal((rows, rows), (report.Rows.Count, report.Count("failed")));
    }

    [Fact]
    public async Task Rows_are_reported_in_order_and_one_that_can_t_be_stored_fails_alone()
    {
        FaultyStore store = null!;
        await using var fleet = await TestFleet.StartAsync(extend: FaultyStore.Between(made => store = made));
        store.WriteFailure = write => write.Key == new RecordKey("user", "p250") ? new StoreUnavailableException("The disk is full.") : null;
        using var imports = new ImportClient(fleet);
        var report = await imports.UsersAsync("userName\n" + string.Concat(Enumerable.Range(0, 500).Select(number => $"p{number}\n")));

        Assert.Equal(Enumerable.Range(0, 500).Select(number => $"p{number}"), report.Rows.Select(row => row["userName"]!.ToString()));
        Assert.Equal((499, 1), (report.Count("created"), report.Count("failed")));
        Assert.Equal("failed", report.Rows[250]["result"]!.ToString());
        store.WriteFailure = null;
        Assert.Equal(["created"], (await imports.UsersAsync("userName\np250\n")).Results);
    }

    /// <summary>HTTP/2, as this client reads no answer before it has sent all under HTTP/1.1.</summary>
    private static HttpRequestMessage Request(HttpContent file) => new(HttpMethod.Post, "users/import")
    {
        Content = file,
        Version = HttpVersion.Version20,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    /// <summary>A file of which more is sent when the test says so.</summary>
    private sealed class OpenFile : HttpContent
    {
        private readonly System.Threading.Channels.Channel<string> _pieces = System.Threading.Channels.Channel.CreateUnbounded<string>();

        public OpenFile() => Headers.ContentType = new MediaTypeHeaderValue("text/csv");

        public ValueTask SendAsync(string text) => _pieces.Writer.WriteAsync(text);

        public void End() => _pieces.Writer.Complete();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await foreach (var piece in _pieces.Reader.ReadAllAsync())
            {
                await stream.WriteAsync(Encoding.UTF8.GetBytes(piece));
                await stream.FlushAsync();
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }

        protected override void Dispose(bool disposing)
        {
            _pieces.Writer.TryComplete();
            base.Dispose(disposing);
        }
    }
}
