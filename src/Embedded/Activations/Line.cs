namespace Mdm.Fleet.Embedded.Activations;

/// <summary>Something that can stand in a <see cref="Line{T}"/>, one at a time.</summary>
internal abstract class Linked<T>
    where T : Linked<T>
{
    internal T? Next { get; set; }
}

/// <summary>First in, first out, without a node of its own: two references in an idle mailbox.</summary>
internal struct Line<T>
    where T : Linked<T>
{
    private T? _last;

    public T? First { get; private set; }

    public void Add(T item)
    {
        if (_last is null)
            First = item;
        else
            _last.Next = item;
        _last = item;
    }

    public T? Take()
    {
        var item = First;
        if (item is null)
            return null;
        (First, item.Next) = (item.Next, null);
        if (First is null)
            _last = null;
        return item;
    }
}
