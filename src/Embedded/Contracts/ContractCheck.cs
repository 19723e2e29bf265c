namespace Mdm.Fleet.Embedded;

/// <summary>x</summary>
public static class ContractCheck
{
    public static IEnumerable<string> Check(IEnumerable<Type> contracts) => [];
}
