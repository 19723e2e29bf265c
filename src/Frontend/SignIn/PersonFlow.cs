using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Mdm.Fleet.Domain.IdentityProviders;
using Mdm.Fleet.Storage.Secrets;

namespace Mdm.Fleet.Frontend.SignIn;

/// <summary>
/// A person on their way to a provider and back, in a cookie that only this server reads. Epoch: the device's when they set out; it is
/// another one as soon as anybody took or left the device, so a flow takes a device once, also after a restart.
/// </summary>
internal sealed record PersonFlow(string Token, IdentityProviderId Provider, long Epoch, string State, string Nonce, string Verifier, DateTimeOffset StartedAt)
{
    /// <summary>How long a person may be under way.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    private const string SealName = "signin/flow";
    private const int SealedCharsMax = 4_096;

    public static PersonFlow Begin(string token, IdentityProviderId provider, long epoch, DateTimeOffset now) =>
        new(token, provider, epoch, Secret(), Secret(), Secret(), now);

    /// <summary>As a cookie's value.</summary>
    public string Seal(SecretBox box) => Base64Url.EncodeToString(box.Seal(JsonSerializer.SerializeToUtf8Bytes(this, FlowJson.Default.PersonFlow), SealName));

    /// <summary>Null = no flow of ours, or one that took too long.</summary>
    public static PersonFlow? Open(string? sealedFlow, SecretBox box, DateTimeOffset now)
    {
        if (sealedFlow is not { Length: > 0 and <= SealedCharsMax } || !Base64Url.IsValid(sealedFlow))
            return null;
        try
        {
            var flow = JsonSerializer.Deserialize(box.Open(Base64Url.DecodeFromChars(sealedFlow), SealName), FlowJson.Default.PersonFlow);
            return flow is not null && now - flow.StartedAt <= Life && flow.StartedAt <= now ? flow : null;
        }
        catch (SecretUnreadableException)
        {
            return null;
        }
    }

    /// <summary>Whether an answer belongs to this flow, and so to this browser.</summary>
    public bool IsAnsweredBy(string state) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(State), Encoding.UTF8.GetBytes(state));

    public ProviderFlow Told(Uri redirectUri) => new(State, Nonce, Verifier, StartedAt, redirectUri);

    private static string Secret() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(PersonFlow))]
internal sealed partial class FlowJson : JsonSerializerContext;
