using System.Buffers;
using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Mdm.Fleet.Cluster.Hosting.Kubernetes;

namespace Mdm.Fleet.Cluster.Tests.Kubernetes;

/// <summary>What is read of pods, and whom it is read from.</summary>
public sealed class PodTests
{
    [Theory]
    [InlineData("mdm-silo-7d9f8b6c5d-x7k2p", true)]
    [InlineData("mdm-silo-5c4b8-x7k2p", true)]
    [InlineData("mdm-silo-7d9f8b6c5d-x7k2", false)]
    [InlineData("mdm-silo-7d9f8b6c5dd-x7k2p", false)]
    [InlineData("mdm-silo-0", false)]
    [InlineData("mdm-silo-two-7d9f8b6c5d-x7k2p", false)]
    [InlineData("mdm-7d9f8b6c5d-x7k2p", false)]
    [InlineData("other-mdm-silo-7d9f8b6c5d-x7k2p", false)]
    [InlineData("mdm-silo-7d9f8b6c5d-x7k2p\n", false)]
    [InlineData("Silo_1a2b3", false)]
    public void A_pod_of_the_same_Deployment_is_known_by_its_name(string name, bool expected)
    {
        var labels = ImmutableDictionary<string, string>.Empty.Add("pod-template-hash", "6f5d9c7b48");
        Assert.Equal(expected, new Pod(new PodMetadata("mdm-silo-6f5d9c7b48-aaaaa", "1", labels)).IsSibling(name));
        Assert.False(new Pod(new PodMetadata("mdm-silo-6f5d9c7b48-aaaaa", "1")).IsSibling(name));
    }

    [Theory]
    [InlineData("""{"type":"ERROR","object":{"kind":"Status","code":500,"message":"etcd"}}""")]
    [InlineData("""{"type":"MOVED","object":{}}""")]
    public void A_watch_that_fails_or_tells_what_is_not_known_is_not_believed(string line) =>
        Assert.Throws<InvalidDataException>(() => PodEvent.Parse(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(line))));

    [Fact]
    public async Task The_token_is_shown_to_no_server_but_the_account_s()
    {
        await using var api = await ApiServer.StartAsync();
        var pod = new PodSettings { Name = "a", Namespace = ApiServer.Namespace, Address = IPAddress.Loopback, Api = api.Url, AccountFolder = api.AccountFolder };
        using (var own = new PodApi(pod, TimeProvider.System))
            Assert.Empty((await own.ListAsync(default)).Items);
        Assert.Equal("list 200", await api.NextAnswerAsync());

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = ApiServer.Authority(key);
        await File.WriteAllTextAsync(Path.Combine(api.AccountFolder, "ca.crt"), other.ExportCertificatePem());
        using var strange = new PodApi(pod, TimeProvider.System);
        await Assert.ThrowsAsync<HttpRequestException>(() => strange.ListAsync(default));
        Assert.False(api.HasAnswered());
    }
}
