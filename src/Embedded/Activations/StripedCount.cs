using System.Runtime.InteropServices;

namespace Mdm.Fleet.Embedded.Activations;

/// <summary>A count that many threads add to and few read: each adds to a cache line that it mostly has to itself.</summary>
internal sealed class StripedCount
{
    private readonly Cell[] _cells = new Cell[8];

    public long Sum
    {
        get
        {
            var sum = 0L;
            foreach (ref var cell in _cells.AsSpan())
                sum += Volatile.Read(ref cell.Value);
            return sum;
        }
    }

    public void Add() => Interlocked.Increment(ref _cells[Environment.CurrentManagedThreadId & 7].Value);

    [StructLayout(LayoutKind.Explicit, Size = 64)]
    private struct Cell
    {
        [FieldOffset(0)]
        public long Value;
    }
}
