namespace Mdm.Fleet.Grains.Users;

/// <summary>How the audit names people who act for themselves: a person and an API token may have the same name.</summary>
public static class PersonActs
{
    public const string Prefix = "person:";

    public static string By(string userName) => Prefix + userName;
}
