using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Commands;
using Mdm.Fleet.Domain.Devices;
using Mdm.Fleet.Domain.Mail;
using Mdm.Fleet.Domain.Push;
using Mdm.Fleet.Grains.Records;

namespace Mdm.Fleet.Cluster.Codec;

/// <summary>Values of Domain that contracts carry and no record holds.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(AuthenticateFacts))]
[JsonSerializable(typeof(MailResult))]
[JsonSerializable(typeof(CommandReport))]
[JsonSerializable(typeof(GovernorSettings))]
[JsonSerializable(typeof(PushResult))]
[JsonSerializable(typeof(WithheldItem))]
[JsonSerializable(typeof(PushResult.Accepted), TypeInfoPropertyName = "PushAccepted")]
internal sealed partial class DomainJson : JsonSerializerContext
{
    /// <summary>How all values of Domain are written between silos: as in records, where a record holds them.</summary>
    public static JsonSerializerOptions WithRecords() => new(GrainsJson.Default.Options)
    {
        TypeInfoResolver = JsonTypeInfoResolver.Combine(GrainsJson.Default, Default),
    };
}
