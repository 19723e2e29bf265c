using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Orleans.Storage;

namespace Mdm.Fleet.Cluster.Storage;

/// <summary>Payloads as records hold them: the source-generated JSON.</summary>
internal sealed class JsonStates(JsonSerializerOptions json) : IGrainStorageSerializer
{
    public BinaryData Serialize<T>(T? input) => new(JsonSerializer.SerializeToUtf8Bytes(input!, Info<T>()));

    public T? Deserialize<T>(BinaryData input) => JsonSerializer.Deserialize(input.ToMemory().Span, Info<T>());

    private JsonTypeInfo<T> Info<T>() => (JsonTypeInfo<T>)json.GetTypeInfo(typeof(T));
}
