namespace Mdm.Fleet.LoadSim.Devices;

/// <summary>What a server's answer means to a device (protocol notes, section 3.4). A closed family.</summary>
public abstract record MdmAnswer
{
    private MdmAnswer()
    {
    }

    /// <summary>2xx; an empty body says that there is nothing more to do.</summary>
    public sealed record Accepted(byte[] Body) : MdmAnswer;

    /// <summary>401 without a bearer challenge, or <c>com.apple.unrecognized.device</c>: the device removes its enrolment.</summary>
    public sealed record Unenrol(string Why) : MdmAnswer;

    /// <summary>Anything else, or no answer at all: the device keeps its message and tries again.</summary>
    public sealed record Failed(string Why) : MdmAnswer;
}
