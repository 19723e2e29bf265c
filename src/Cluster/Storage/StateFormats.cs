using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Mdm.Fleet.Storage;
using Mdm.Fleet.Storage.States;
using Orleans.Runtime;

namespace Mdm.Fleet.Cluster.Storage;

/// <summary>The formats of all types of state that a storage provider has met, and the names of their records.</summary>
internal sealed class StateFormats(JsonSerializerOptions json)
{
    private readonly ConcurrentDictionary<Type, object> _formats = new();

    /// <summary>A type's own.</summary>
    public StateFormat<T> Of<T>() => (StateFormat<T>)_formats.GetOrAdd(
        typeof(T), static (type, json) => new StateFormat<T>((JsonTypeInfo<T>)json.GetTypeInfo(type)), json);

    /// <summary>The record of a grain's state.</summary>
    public static RecordKey KeyOf(string stateName, GrainId grainId) => new(stateName, grainId.Key.ToString()!);
}
