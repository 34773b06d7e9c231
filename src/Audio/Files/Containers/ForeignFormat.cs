namespace Speaker.Audio.Files.Containers;

/// <summary>A kind of file that this library does not decode, but that ffmpeg does.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Demuxer">What ffmpeg calls it: it is to read the file as nothing else, for some of its formats name other
/// files to read.</param>
internal sealed record ForeignFormat(string Name, string Demuxer)
{
    /// <summary>What is in the file by its first bytes; null where that is nothing known.</summary>
    public static ForeignFormat? Of(ReadOnlySpan<byte> head)
    {
        if (head.Length >= 12 && (head[4..].StartsWith("ftyp"u8) || head[4..].StartsWith("moov"u8)
            || head[4..].StartsWith("mdat"u8) || head[4..].StartsWith("wide"u8)))
        {
            return new ForeignFormat("MP4 (M4A, 3GP, MOV)", "mov");
        }

        if (head.StartsWith((ReadOnlySpan<byte>)[0x1A, 0x45, 0xDF, 0xA3]))
        {
            return new ForeignFormat("WebM or Matroska", "matroska");
        }

        // The layer of a frame of MPEG audio is never 0: that is AAC.
        if (head.Length > 1 && head[0] == 0xFF && (head[1] & 0xF6) == 0xF0)
        {
            return new ForeignFormat("AAC", "aac");
        }

        if (head.StartsWith("#!AMR"u8))
        {
            return new ForeignFormat("AMR", "amr");
        }

        if (head.StartsWith((ReadOnlySpan<byte>)[0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11]))
        {
            return new ForeignFormat("Windows Media Audio (ASF)", "asf");
        }

        if (head.StartsWith("caff"u8))
        {
            return new ForeignFormat("Core Audio (CAF)", "caf");
        }

        if (head.StartsWith(".snd"u8))
        {
            return new ForeignFormat("AU", "au");
        }

        if (head.StartsWith("riff"u8))
        {
            return new ForeignFormat("Wave64", "w64");
        }

        if (head.StartsWith("wvpk"u8))
        {
            return new ForeignFormat("WavPack", "wv");
        }

        if (head.StartsWith("MAC "u8))
        {
            return new ForeignFormat("Monkey's Audio", "ape");
        }

        if (head.StartsWith("TTA1"u8))
        {
            return new ForeignFormat("True Audio", "tta");
        }

        if (head.StartsWith("FLV"u8))
        {
            return new ForeignFormat("Flash Video", "flv");
        }

        if (head.Length >= 12 && head.StartsWith("RIFF"u8) && head[8..].StartsWith("AVI "u8))
        {
            return new ForeignFormat("AVI", "avi");
        }

        if (head.StartsWith(".RMF"u8) || head.StartsWith(".ra"u8))
        {
            return new ForeignFormat("RealAudio", "rm");
        }

        return head.StartsWith("NIST_1A"u8) ? new ForeignFormat("NIST SPHERE", "nistsphere") : null;
    }
}
