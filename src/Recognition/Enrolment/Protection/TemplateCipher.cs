using System.Security.Cryptography;

namespace Speaker.Enrolment.Protection;

/// <summary>
/// AES-256-GCM with one key, as NIST SP 800-38D has it: a fresh random nonce of 96 bits, a tag of 128. What is sealed is
/// nonce, tag and cipher text, one after the other.
/// </summary>
/// <remarks>Of random nonces one key may have 2^32, so many voiceprints that nobody gets there. Any number of threads may
/// use it; each has it for a microsecond.</remarks>
internal sealed class TemplateCipher(ReadOnlySpan<byte> key) : IDisposable
{
    /// <summary>Bytes that a sealed text is longer than the text.</summary>
    public const int Overhead = NonceSize + TagSize;

    private const int NonceSize = 12;
    private const int TagSize = 16;

    private readonly AesGcm _cipher = new(key, TagSize);
    private readonly Lock _use = new();

    /// <returns>What is kept.</returns>
    public byte[] Seal(ReadOnlySpan<byte> text, ReadOnlySpan<byte> associated)
    {
        var kept = new byte[Overhead + text.Length];
        var nonce = kept.AsSpan(0, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        lock (_use)
        {
            _cipher.Encrypt(
                nonce, text, kept.AsSpan(Overhead), kept.AsSpan(NonceSize, TagSize), associated);
        }

        return kept;
    }

    /// <param name="kept">At least <see cref="Overhead"/> long.</param>
    /// <param name="associated">As it was sealed with.</param>
    /// <param name="text">Gets the text, <see cref="Overhead"/> shorter.</param>
    /// <returns>False where it was changed, or sealed with other data: the text is all zeros then.</returns>
    public bool TryOpen(ReadOnlySpan<byte> kept, ReadOnlySpan<byte> associated, Span<byte> text)
    {
        try
        {
            lock (_use)
            {
                _cipher.Decrypt(
                    kept[..NonceSize], kept[Overhead..], kept.Slice(NonceSize, TagSize), text, associated);
            }

            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    public void Dispose() => _cipher.Dispose();
}
