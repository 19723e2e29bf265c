using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text.Json;
using Mdm.Fleet.Domain.Devices;
using Orleans;
using Orleans.Serialization;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Cloning;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.Serializers;
using Orleans.Serialization.WireProtocol;

namespace Mdm.Fleet.Cluster.Codec;

/// <summary>
/// Values of Domain between silos: the JSON in which they are stored, behind the name of their type. Within a silo they are not copied,
/// as they never change.
/// </summary>
[Alias(Name)]
internal sealed class DomainCodec(JsonSerializerOptions json) : IGeneralizedCodec, IGeneralizedCopier, IOptionalDeepCopier, ITypeFilter
{
    public const string Name = "domain";
    private const uint TypeField = 0;
    private const uint JsonField = 1;

    private static readonly Assembly Domain = typeof(Device).Assembly;

    public bool IsSupportedType(Type type) => type == typeof(DomainCodec) || IsValue(type);

    public bool? IsTypeAllowed(Type type) => IsSupportedType(type) ? true : null;

    public bool IsShallowCopyable() => true;

    [return: NotNullIfNotNull(nameof(input))]
    public object? DeepCopy(object? input, CopyContext context) => input;

    public void WriteField<TBufferWriter>(ref Writer<TBufferWriter> writer, uint fieldIdDelta, Type? expectedType, object? value)
        where TBufferWriter : IBufferWriter<byte>
    {
        if (ReferenceCodec.TryWriteReferenceField(ref writer, fieldIdDelta, expectedType, value))
            return;
        var type = value!.GetType();
        writer.WriteFieldHeader(fieldIdDelta, expectedType, typeof(DomainCodec), WireType.TagDelimited);
        ReferenceCodec.MarkValueField(writer.Session);
        writer.WriteFieldHeaderExpected(TypeField, WireType.LengthPrefixed);
        writer.Session.TypeCodec.WriteLengthPrefixed(ref writer, type);

        var bytes = JsonSerializer.SerializeToUtf8Bytes(value, json.GetTypeInfo(type));
        ReferenceCodec.MarkValueField(writer.Session);
        writer.WriteFieldHeaderExpected(JsonField - TypeField, WireType.LengthPrefixed);
        writer.WriteVarUInt32((uint)bytes.Length);
        writer.Write(bytes);
        writer.WriteEndObject();
    }

    public object? ReadValue<TInput>(ref Reader<TInput> reader, Field field)
    {
        if (field.IsReference)
            return ReferenceCodec.ReadReference(ref reader, field.FieldType);
        field.EnsureWireTypeTagDelimited();
        var placeholder = ReferenceCodec.CreateRecordPlaceholder(reader.Session);
        Type? type = null;
        object? value = null;
        var id = TypeField;
        for (var header = reader.ReadFieldHeader(); !header.IsEndBaseOrEndObject; header = reader.ReadFieldHeader())
        {
            id += header.FieldIdDelta;
            switch (id)
            {
                case TypeField:
                    ReferenceCodec.MarkValueField(reader.Session);
                    type = reader.Session.TypeCodec.ReadLengthPrefixed(ref reader);
                    break;
                case JsonField:
                    ReferenceCodec.MarkValueField(reader.Session);
                    value = Decode(reader.ReadBytes(reader.ReadVarUInt32()), type);
                    break;
                default:
                    reader.ConsumeUnknownField(header);
                    break;
            }
        }

        ReferenceCodec.RecordObject(reader.Session, value!, placeholder);
        return value;
    }

    private object? Decode(byte[] bytes, Type? type) => type is not null && IsValue(type)
        ? JsonSerializer.Deserialize(bytes, json.GetTypeInfo(type))
        : throw new FieldTypeMissingException(typeof(DomainCodec));

    private static bool IsValue(Type type) => type.Assembly == Domain && !type.IsEnum;
}
