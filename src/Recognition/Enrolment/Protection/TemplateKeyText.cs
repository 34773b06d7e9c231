using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;

namespace Speaker.Enrolment.Protection;

/// <summary>Keys as a source gives them: one a line, 32 bytes in base64, the current one first. Blank lines, and lines that
/// begin with #, say nothing.</summary>
internal static class TemplateKeyText
{
    /// <summary>Bytes of an AES-256 key.</summary>
    public const int KeySize = 32;

    /// <summary>Bytes that a source may give: some thousand keys.</summary>
    public const int MaximumLength = 64 << 10;

    /// <summary>Reads the keys.</summary>
    /// <param name="utf8">What the source gave; the caller overwrites it.</param>
    /// <param name="source">What it is called in messages.</param>
    /// <returns>The keys in their order, 32 bytes each; the caller overwrites them.</returns>
    /// <exception cref="StoreException">A line is no key, or there is none.</exception>
    public static List<byte[]> Parse(ReadOnlySpan<byte> utf8, string source)
    {
        var keys = new List<byte[]>();
        var number = 0;
        foreach (var range in utf8.Split((byte)'\n'))
        {
            number++;
            var line = utf8[range].Trim(" \t\r"u8);
            if (line.IsEmpty || line[0] == (byte)'#')
            {
                continue;
            }

            var key = TryDecode(line);
            if (key is not null)
            {
                keys.Add(key);
                continue;
            }

            keys.ForEach(each => CryptographicOperations.ZeroMemory(each));
            throw new StoreException(
                StoreProblem.KeyMissing,
                $"line {number} of {source} is no key: {KeySize} bytes in base64 are needed, as 'speaker vault key " +
                "FILE' makes them");
        }

        return keys.Count > 0
            ? keys
            : throw new StoreException(
                StoreProblem.KeyMissing,
                $"{source} has no key in it: one a line is needed, {KeySize} bytes in base64; 'speaker vault key FILE' " +
                "makes one");
    }

    private static byte[]? TryDecode(ReadOnlySpan<byte> line)
    {
        // Room for what is one byte too long.
        var bytes = new byte[KeySize + 3];
        var isKey = Base64.DecodeFromUtf8(line, bytes, out _, out var written) == OperationStatus.Done
            && written == KeySize;
        var key = isKey ? bytes[..KeySize] : null;
        CryptographicOperations.ZeroMemory(bytes);
        return key;
    }

    /// <summary>What a key is called: 12 hexadecimal digits that follow from it and say nothing of it.</summary>
    public static string IdOf(ReadOnlySpan<byte> key) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(key, "speaker template key id"u8).AsSpan(0, 6));
}
