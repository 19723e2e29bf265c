namespace Mdm.Fleet.Protocol.Scep;

/// <summary>What a server says that it can (GetCACaps). Unknown words are kept and ignored.</summary>
public sealed class ScepCapabilities
{
    private readonly HashSet<string> words;

    private ScepCapabilities(HashSet<string> words) => this.words = words;

    public bool Post => Has("POSTPKIOperation") || Has("SCEPStandard");

    public bool Aes => Has("AES") || Has("SCEPStandard");

    public bool Sha256 => Has("SHA-256") || Has("SCEPStandard");

    public bool Renewal => Has("Renewal");

    public static ScepCapabilities Parse(string text) => new(
        text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .ToHashSet(StringComparer.OrdinalIgnoreCase));

    public bool Has(string word) => words.Contains(word);
}
