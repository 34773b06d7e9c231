namespace Speaker.Audio.Files;

/// <summary>A stretch of a file.</summary>
/// <param name="Start">Of its first byte in the file.</param>
/// <param name="Length">In bytes; not negative.</param>
internal readonly record struct ByteRange(long Start, long Length)
{
    /// <summary>Behind its last byte.</summary>
    public long End => Start + Length;
}
