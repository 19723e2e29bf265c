namespace Mdm.Fleet.LoadSim.People;

/// <summary>What the sign-in page shows.</summary>
/// <param name="State"><c>free</c>, <c>preparing</c>, <c>ready</c> or <c>unavailable</c>.</param>
/// <param name="UserName">Who holds the device, when somebody does.</param>
/// <param name="Epoch">The session's number; sent back when signing out.</param>
/// <param name="Csrf">The token that the next form must carry.</param>
/// <param name="HandOver"><c>cleaning</c>, <c>clean</c> or <c>residue</c>: how the last hand-over stands; null when there is none.</param>
public sealed record SignInState(string State, string? UserName, long Epoch, string Csrf, string? HandOver)
{
    /// <summary>The page offers to sign in.</summary>
    public bool Free => State == "free";
}
