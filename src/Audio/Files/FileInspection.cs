using System.Buffers.Binary;

namespace Speaker.Audio.Files;

/// <summary>
/// What must hold for a file before libsndfile sees it. Only containers that the fuzzer of the tests covers are let
/// through: libsndfile guesses at some twenty more, headerless ones by their name among them, and the fewer of its
/// parsers a stranger can reach the better.
/// </summary>
internal static class FileInspection
{
    private const int SignatureLength = 12;
    private const int TagHeaderLength = 10;

    /// <exception cref="AudioException">
    /// No file, an empty one, none of the containers that are read, damaged Ogg pages.
    /// </exception>
    public static void Require(string path)
    {
        if (Directory.Exists(path))
        {
            throw new AudioException($"{path}: is a directory; name a sound file in it.");
        }

        if (!File.Exists(path))
        {
            throw new AudioException($"{path}: there is no such file.");
        }

        try
        {
            // Buffers nothing: headers are a few bytes, and pages come through a buffer of their own.
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            if (file.Length == 0)
            {
                throw new AudioException($"{path}: is empty (0 bytes); record or copy it again.");
            }

            RequireContainer(path, file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new AudioException($"{path}: cannot be opened ({exception.Message}).", exception);
        }
    }

    private static void RequireContainer(string path, FileStream file)
    {
        Span<byte> head = stackalloc byte[SignatureLength];
        var start = 0L;
        while (true)
        {
            file.Position = start;
            var signature = head[..file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
            if (IsTag(signature) && start + TagLength(signature) < file.Length)
            {
                // libsndfile goes on behind an ID3 tag with whatever is there, another tag or another container.
                start += TagLength(signature);
            }
            else if (signature.StartsWith("OggS"u8))
            {
                OggInspection.Require(path, file, start);
                return;
            }
            else if (IsContainer(signature))
            {
                return;
            }
            else
            {
                throw new AudioException(
                    $"{path}: not a sound file that can be read: it begins with {Convert.ToHexString(signature)}. Use "
                    + "WAV, FLAC, Ogg, Opus, MP3 or AIFF.");
            }
        }
    }

    private static bool IsContainer(ReadOnlySpan<byte> head) =>
        ((head.StartsWith("RIFF"u8) || head.StartsWith("RIFX"u8) || head.StartsWith("RF64"u8))
            && head[4..].EndsWith("WAVE"u8))
        || (head.StartsWith("FORM"u8) && (head[4..].EndsWith("AIFF"u8) || head[4..].EndsWith("AIFC"u8)))
        || head.StartsWith("fLaC"u8)
        || (head.Length > 1 && head[0] == 0xFF && (head[1] & 0xE0) == 0xE0); // a frame of MPEG audio

    private static bool IsTag(ReadOnlySpan<byte> head) =>
        head.Length >= TagHeaderLength && head.StartsWith("ID3"u8) && head[3] is 2 or 3 or 4;

    /// <summary>Four times seven bits, after a header that does not count itself.</summary>
    private static int TagLength(ReadOnlySpan<byte> head)
    {
        var size = BinaryPrimitives.ReadUInt32BigEndian(head[6..]);
        return TagHeaderLength + (int)((size & 0x7F) | (size >> 1 & 0x3F80) | (size >> 2 & 0x1FC000)
            | (size >> 3 & 0xFE00000));
    }
}
