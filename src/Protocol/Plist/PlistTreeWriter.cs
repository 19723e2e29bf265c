namespace Mdm.Fleet.Protocol.Plist;

/// <summary>Writes value trees; the writer's depth bound ends a tree that is too deep.</summary>
internal static class PlistTreeWriter
{
    public static void Write(PlistWriter writer, PlistValue value)
    {
        switch (value)
        {
            case PlistValue.Dict dict:
                WriteDict(writer, dict);
                break;
            case PlistValue.Array array:
                WriteArray(writer, array);
                break;
            case PlistValue.String text:
                writer.String(text.Value);
                break;
            case PlistValue.Integer number:
                writer.Integer(number.Value);
                break;
            case PlistValue.Real real:
                writer.Real(real.Value);
                break;
            case PlistValue.Bool flag:
                writer.Bool(flag.Value);
                break;
            case PlistValue.Date date:
                writer.Date(date.Value);
                break;
            case PlistValue.InvalidDate invalid:
                writer.InvalidDate(invalid.Text);
                break;
            case PlistValue.Data data:
                writer.Data(data.Value.Span);
                break;
        }
    }

    private static void WriteDict(PlistWriter writer, PlistValue.Dict dict)
    {
        writer.BeginDict();
        foreach (var (key, value) in dict.Entries)
        {
            writer.Key(key);
            Write(writer, value);
        }

        writer.EndDict();
    }

    private static void WriteArray(PlistWriter writer, PlistValue.Array array)
    {
        writer.BeginArray();
        foreach (var item in array.Items)
            Write(writer, item);
        writer.EndArray();
    }
}
