using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Speaker.Host.Keys;

/// <summary>A key as its user has it: <c>spk_ID_SECRET</c>, the secret 256 random bits in base64url.</summary>
internal static class KeySecret
{
    private const string Prefix = "spk_";
    private const int IdBytes = 6;
    private const int SecretBytes = 32;

    /// <summary>A new one.</summary>
    /// <returns>Its public id, and the whole key.</returns>
    public static (string Id, string Key) Create()
    {
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes));
        return (id, $"{Prefix}{id}_{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes))}");
    }

    /// <summary>The public id of something that may be a key; null where it is none.</summary>
    public static string? IdOf(string key) =>
        key.Length > Prefix.Length + (2 * IdBytes) && key.StartsWith(Prefix, StringComparison.Ordinal)
        && key[Prefix.Length + (2 * IdBytes)] == '_'
            ? key.Substring(Prefix.Length, 2 * IdBytes)
            : null;

    /// <summary>What is kept of a key: SHA-256, lower-case hex.</summary>
    public static string HashOf(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    /// <summary>Whether a key is the one that was kept, in a time that does not depend on where they differ.</summary>
    public static bool Matches(string key, string hash) => CryptographicOperations.FixedTimeEquals(
        Encoding.ASCII.GetBytes(HashOf(key)), Encoding.ASCII.GetBytes(hash));
}
