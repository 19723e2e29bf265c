using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Mdm.Fleet.LoadSim.Chaos;

/// <summary>What .NET can't tell another process.</summary>
public static class Signals
{
    private const int SigTerm = 15;

    /// <summary>Asks a process to end in order. False = it was not told: it has ended, or it is another user's.</summary>
    public static bool Terminate(Process process) => !process.HasExited && SendSignal(process.Id, SigTerm) == 0;

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int process, int signal);
}
