using System.Diagnostics;
using System.Xml;
using Mdm.Fleet.Domain.Enrollment;
using Mdm.Fleet.Protocol.CheckIn;

namespace Mdm.Fleet.Bench;

/// <summary>Decoding a check-in (TokenUpdate, as a device sends it) against decoding it by XmlReader, in one run: time and bytes allocated.</summary>
internal static class PlistBench
{
    private const int Rounds = 20_000;
    private const int Batches = 12;

    public static void Run()
    {
        var message = Sample();
        var (ours, theirs) = (Figures.None, Figures.None);
        for (var batch = 0; batch < Batches; batch++)
        {
            ours = ours.Best(Measure(() => Decode(message, Rounds)));
            theirs = theirs.Best(Measure(() => DecodeByXmlReader(message, Rounds)));
        }

        Console.WriteLine($"plist: TokenUpdate of {message.Length} bytes, best of {Batches} batches in turn: {ours.Microseconds:F2} µs, {ours.Bytes:F0} bytes allocated (1568 of them its own data); by XmlReader {theirs.Microseconds:F2} µs, {theirs.Bytes:F0} bytes; ratio {theirs.Microseconds / ours.Microseconds:F1} x (to reach: 5 x)");
    }

    private static Figures Measure(Action act)
    {
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var started = Stopwatch.GetTimestamp();
        act();
        return new Figures(Stopwatch.GetElapsedTime(started).TotalMicroseconds / Rounds, (double)(GC.GetAllocatedBytesForCurrentThread() - allocated) / Rounds);
    }

    private static void Decode(byte[] message, int rounds)
    {
        for (var i = 0; i < rounds; i++)
        {
            if (CheckInMessage.Decode(message) is not TokenUpdate)
                throw new InvalidOperationException("Not a TokenUpdate.");
        }
    }

    private static void DecodeByXmlReader(byte[] message, int rounds)
    {
        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null, IgnoreWhitespace = true };
        for (var i = 0; i < rounds; i++)
        {
            using var reader = XmlReader.Create(new MemoryStream(message), settings);
            var fields = new Dictionary<string, object>(StringComparer.Ordinal);
            string? key = null;
            reader.ReadToFollowing("dict");
            reader.Read();
            while (reader.NodeType == XmlNodeType.Element)
            {
                switch (reader.Name)
                {
                    case "key":
                        key = reader.ReadElementContentAsString();
                        break;
                    case "data":
                        fields.Add(key!, Convert.FromBase64String(reader.ReadElementContentAsString()));
                        break;
                    case "true" or "false":
                        fields.Add(key!, reader.Name == "true");
                        reader.Read();
                        break;
                    default:
                        fields.Add(key!, reader.ReadElementContentAsString());
                        break;
                }
            }

            if (!EnrollmentId.TryParse((string)fields["UDID"], out _) || fields["Token"] is not byte[])
                throw new InvalidOperationException("Not a TokenUpdate.");
        }
    }

    private static byte[] Sample() => System.Text.Encoding.UTF8.GetBytes($"""
        <?xml version="1.0" encoding="UTF-8"?>
        <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
        <plist version="1.0">
        <dict>
        	<key>AwaitingConfiguration</key>
        	<false/>
        	<key>MessageType</key>
        	<string>TokenUpdate</string>
        	<key>PushMagic</key>
        	<string>7B2F4A10-5D3C-4E66-9C1B-2A9D0E7F1C55</string>
        	<key>Token</key>
        	<data>
        	{Convert.ToBase64String(SHA(1))}
        	</data>
        	<key>Topic</key>
        	<string>com.apple.mgmt.External.10ad51a0-0000-4000-8000-000000000001</string>
        	<key>UDID</key>
        	<string>00008120-001A2B3C4D5E6F70</string>
        	<key>UnlockToken</key>
        	<data>
        	{Convert.ToBase64String(UnlockToken(), Base64FormattingOptions.InsertLineBreaks).Replace("\r\n", "\n\t", StringComparison.Ordinal)}
        	</data>
        </dict>
        </plist>
        """);

    private static byte[] UnlockToken()
    {
        var token = new byte[1536];
        new Random(1).NextBytes(token);
        return token;
    }

    private static byte[] SHA(byte seed) => System.Security.Cryptography.SHA256.HashData([seed]);

    private readonly record struct Figures(double Microseconds, double Bytes)
    {
        public static Figures None { get; } = new(double.MaxValue, double.MaxValue);

        public Figures Best(Figures other) => new(Math.Min(Microseconds, other.Microseconds), Math.Min(Bytes, other.Bytes));
    }
}
