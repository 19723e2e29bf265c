using System.Text.Json.Serialization;
using Mdm.Fleet.Domain.Configurations;
using Mdm.Fleet.Domain.Devices;
using Mdm.Fleet.Grains.Admin;
using Mdm.Fleet.Grains.Catalog;
using Mdm.Fleet.Grains.Configurations;
using Mdm.Fleet.Grains.Devices;
using Mdm.Fleet.Grains.Enrollment;
using Mdm.Fleet.Grains.Groups;
using Mdm.Fleet.Grains.Mail;
using Mdm.Fleet.Grains.IdentityProviders;
using Mdm.Fleet.Grains.Push;
using Mdm.Fleet.Grains.Users;

namespace Mdm.Fleet.Grains.Records;

/// <summary>How every stored record is written: source-generated, nulls left out.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(DeviceRecord))]
[JsonSerializable(typeof(FactsRow))]
[JsonSerializable(typeof(Owner))]
[JsonSerializable(typeof(ExpectedDeviceRecord))]
[JsonSerializable(typeof(DeviceSecretsRecord))]
[JsonSerializable(typeof(DeviceInventoryRecord))]
[JsonSerializable(typeof(DeviceEvent))]
[JsonSerializable(typeof(AuditEntry))]
[JsonSerializable(typeof(CatalogRecord))]
[JsonSerializable(typeof(FanoutRecord))]
[JsonSerializable(typeof(ConfigurationRecord))]
[JsonSerializable(typeof(PayloadRecord))]
[JsonSerializable(typeof(Payload))]
[JsonSerializable(typeof(GroupRecord))]
[JsonSerializable(typeof(UserRecord))]
[JsonSerializable(typeof(IdentityProviderRecord))]
[JsonSerializable(typeof(ManagedAppleIdRecord))]
[JsonSerializable(typeof(EnrolmentTokenRecord))]
[JsonSerializable(typeof(EnrolmentReferenceRecord))]
[JsonSerializable(typeof(PushCertificateRecord))]
[JsonSerializable(typeof(PushRecord))]
[JsonSerializable(typeof(ApiTokenRecord))]
[JsonSerializable(typeof(MailRecord))]
[JsonSerializable(typeof(AuditRecord))]
[JsonSerializable(typeof(AuditNotesRecord))]
[JsonSerializable(typeof(AuditSeal))]
[JsonSerializable(typeof(Dictionary<string, long>))]
public sealed partial class GrainsJson : JsonSerializerContext;
