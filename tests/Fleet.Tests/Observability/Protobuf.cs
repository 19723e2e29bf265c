namespace Mdm.Fleet.Fleet.Tests.Observability;

/// <summary>The outer form of protobuf messages: fields by number, those of a length as they are.</summary>
internal static class Protobuf
{
    /// <summary>All that a path of field numbers leads to.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Fields(ReadOnlyMemory<byte> message, params int[] path) =>
        path.Aggregate<int, IEnumerable<ReadOnlyMemory<byte>>>([message], (messages, number) => messages.SelectMany(one => Fields(one, number)));

    private static List<ReadOnlyMemory<byte>> Fields(ReadOnlyMemory<byte> message, int wanted)
    {
        var found = new List<ReadOnlyMemory<byte>>();
        for (var at = 0; at < message.Length;)
        {
            var tag = Varint(message.Span, ref at);
            var length = (tag & 7) switch
            {
                0 => Length(message.Span, at),
                1 => 8,
                2 => (int)Varint(message.Span, ref at),
                5 => 4,
                _ => throw new InvalidDataException($"Wire type {tag & 7}."),
            };
            if ((int)(tag >> 3) == wanted && (tag & 7) == 2)
                found.Add(message.Slice(at, length));
            at += length;
        }

        return found;
    }

    private static int Length(ReadOnlySpan<byte> bytes, int at)
    {
        var end = at;
        Varint(bytes, ref end);
        return end - at;
    }

    private static ulong Varint(ReadOnlySpan<byte> bytes, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = bytes[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }
    }
}
