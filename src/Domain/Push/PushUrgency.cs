namespace Mdm.Fleet.Domain.Push;

/// <summary>Who waits for a push.</summary>
public enum PushUrgency
{
    /// <summary>Many at once, and nobody in particular: a fan-out, a sweep.</summary>
    Bulk,

    /// <summary>A person or an admin: sign-in, sign-out, commands. Goes before every bulk one.</summary>
    Urgent,
}

/// <summary>What is held back.</summary>
public enum PushPause
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Bulk pushes; urgent ones go.</summary>
    Bulk,

    /// <summary>Every push.</summary>
    All,
}

/// <summary>What became of asking the governor for a push.</summary>
public enum PushPlace
{
    /// <summary>It waits for its turn.</summary>
    Waits,

    /// <summary>The device has one waiting already, which stands for this one too.</summary>
    Coalesced,

    /// <summary>As many wait as may: leave it to the due mark.</summary>
    NoRoom,
}
