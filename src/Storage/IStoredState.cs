using System.Collections.Immutable;

namespace Mdm.Fleet.Storage;

/// <summary>
/// A state type that names its index row, events and due marks, so that they are committed with it. The host's storage bridge asks
/// right before the write.
/// </summary>
public interface IStoredState
{
    /// <summary>Null = the row stays as it is.</summary>
    IndexRow? TakeIndex();

    ImmutableArray<EventLine> TakeEvents();

    ImmutableArray<DueChange> TakeDue();
}
