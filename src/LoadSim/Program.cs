using System.CommandLine;
using Mdm.Fleet.LoadSim.Commands;

var root = new RootCommand("Simulated iPads, people and push service for Mdm.Fleet. Speaks the device protocol and HTTP only.")
{
    ShiftCommand.Create(),
    LoadCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
