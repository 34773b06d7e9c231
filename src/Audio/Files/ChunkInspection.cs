using System.Buffers.Binary;

namespace Speaker.Audio.Files;

/// <summary>Which of the two containers that are made of chunks a file is.</summary>
internal enum ChunkContainer
{
    /// <summary>RIFF or RF64 of type WAVE: little-endian.</summary>
    Wave,

    /// <summary>FORM of type AIFF or AIFC: big-endian.</summary>
    Aiff,
}

/// <summary>
/// What must hold for the chunks of a WAV or AIFF file before NAudio.Core 3.3 sees them. It allocates as many bytes as
/// a ds64 chunk claims to have, and keeps a list of all chunks, however many. Of two chunks of samples it takes the
/// last where libsndfile takes neither, and where a recorder did not write their length it reads none where libsndfile
/// reads all that follow. Each of these is refused here. Chunks are found exactly as NAudio finds them.
/// </summary>
internal static class ChunkInspection
{
    private const int HeaderLength = 8;
    private const int MostChunks = 4096;

    /// <summary>WAVEFORMATEX has 18 bytes, PCM may leave out two of them; NAudio keeps 100 bytes behind.</summary>
    private const int LongestFormat = 118;

    /// <summary>18 bytes, and in AIFF-C the compression's four letters and its name.</summary>
    private const int LongestCommon = 1024;

    /// <summary>28 bytes, and twelve for each other chunk beyond 4 GB.</summary>
    private const int LongestSize64 = 1024;

    /// <summary>Three thousand years of sound: sums with it do not overflow.</summary>
    private const long MostBytes = 1L << 56;

    /// <summary>Looks at the headers of all chunks; memory does not depend on what they claim.</summary>
    /// <param name="file">Read and sought in from its start.</param>
    /// <exception cref="InvalidDataException">Neither container, or chunks that are not read; says why.</exception>
    /// <exception cref="EndOfStreamException">The file ends within a chunk that is needed.</exception>
    public static ChunkContainer Require(Stream file)
    {
        Span<byte> head = stackalloc byte[12];
        file.Position = 0;
        head = head[..file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
        if ((head.StartsWith("RIFF"u8) || head.StartsWith("RF64"u8)) && head[4..].EndsWith("WAVE"u8))
        {
            RequireWave(file, head);
            return ChunkContainer.Wave;
        }

        if (head.StartsWith("FORM"u8) && (head[4..].EndsWith("AIFF"u8) || head[4..].EndsWith("AIFC"u8)))
        {
            RequireAiff(file, isAifc: head[4..].EndsWith("AIFC"u8));
            return ChunkContainer.Aiff;
        }

        throw new InvalidDataException("neither WAV nor AIFF");
    }

    private static void RequireWave(Stream file, ReadOnlySpan<byte> head)
    {
        long content = BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
        long? longSamples = head.StartsWith("RF64"u8) ? ReadSizes64(file, out content) : null;
        var end = Math.Min(content + HeaderLength, file.Length);
        var found = new Found();
        Span<byte> header = stackalloc byte[HeaderLength];
        Span<byte> format = stackalloc byte[4];
        while (file.Position <= end - HeaderLength)
        {
            file.ReadExactly(header);
            var length = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
            var rest = file.Length - file.Position;
            long step = length;
            if (header.StartsWith("fmt "u8))
            {
                found.Format("fmt", length, length == 16 ? 16 : 18, LongestFormat);
                Peek(file, format);
                RequireChannels(BinaryPrimitives.ReadUInt16LittleEndian(format[2..]));
            }
            else if (header.StartsWith("data"u8))
            {
                step = longSamples ?? Math.Min(length, rest);
                found.Samples("data", step, rest);
            }
            else if (length > rest)
            {
                break;
            }

            found.Count();
            file.Position += step;
            SkipZero(file, length);
        }

        found.RequireBoth("fmt", "data");
    }

    private static void RequireAiff(Stream file, bool isAifc)
    {
        var found = new Found();
        Span<byte> header = stackalloc byte[HeaderLength];
        Span<byte> common = stackalloc byte[isAifc ? 22 : 18];
        while (file.Position <= file.Length - HeaderLength)
        {
            file.ReadExactly(header);
            var name = header[..4];
            var length = BinaryPrimitives.ReadUInt32BigEndian(header[4..]);
            var step = (long)unchecked(length + (length % 2));
            var rest = file.Length - file.Position;
            if (name.SequenceEqual("\0\0\0\0"u8) || step > rest)
            {
                break;
            }

            // NAudio reads names as text and would lose its place.
            if (name.ContainsAnyExceptInRange((byte)' ', (byte)'~'))
            {
                throw new InvalidDataException($"a chunk is named {Convert.ToHexString(name)}, not by four letters");
            }

            if (name.SequenceEqual("COMM"u8))
            {
                found.Format("COMM", step, common.Length, LongestCommon);
                Peek(file, common);
                RequireChannels(BinaryPrimitives.ReadUInt16BigEndian(common));
                if (isAifc && !common[18..].SequenceEqual("NONE"u8))
                {
                    throw new InvalidDataException("AIFF-C that is compressed or little-endian");
                }
            }
            else if (name.SequenceEqual("SSND"u8))
            {
                found.Samples("SSND", step - HeaderLength, rest - HeaderLength);
            }

            found.Count();
            file.Position += step;
        }

        found.RequireBoth("COMM", "SSND");
    }

    /// <summary>Reads the chunk ds64, with which RF64 begins.</summary>
    /// <returns>Bytes of samples; <paramref name="content"/> is the length of all that follows the header.</returns>
    private static long ReadSizes64(Stream file, out long content)
    {
        Span<byte> chunk = stackalloc byte[HeaderLength + 24];
        file.ReadExactly(chunk);
        var length = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
        content = BinaryPrimitives.ReadInt64LittleEndian(chunk[8..]);
        var samples = BinaryPrimitives.ReadInt64LittleEndian(chunk[16..]);
        if (!chunk.StartsWith("ds64"u8) || length is < 24 or > LongestSize64)
        {
            throw new InvalidDataException("RF64 must begin with a chunk ds64 of 24 to 1024 bytes");
        }

        if (content is < 0 or > MostBytes || samples is < 0 or > MostBytes)
        {
            throw new InvalidDataException($"RF64 that claims {content} bytes, {samples} of them samples");
        }

        file.Position += length - 24;
        return samples;
    }

    private static void RequireChannels(int channels)
    {
        if (channels is < 1 or > AudioFile.MostChannels)
        {
            throw new InvalidDataException(
                $"the header gives {channels} channels; there must be from 1 to {AudioFile.MostChannels}");
        }
    }

    private static void Peek(Stream file, Span<byte> buffer)
    {
        file.ReadExactly(buffer);
        file.Position -= buffer.Length;
    }

    /// <summary>A chunk of odd length is followed by a zero, which not every program writes.</summary>
    private static void SkipZero(Stream file, uint length)
    {
        if (length % 2 != 0 && file.Position < file.Length && file.ReadByte() != 0)
        {
            file.Position--;
        }
    }

    /// <summary>The chunks that were seen: one of the format, one of samples, and not too many others.</summary>
    private sealed class Found
    {
        private int _chunks;
        private bool _format;
        private bool _samples;

        public void Count()
        {
            if (++_chunks > MostChunks)
            {
                throw new InvalidDataException($"more than {MostChunks} chunks");
            }
        }

        public void Format(string name, long length, int shortest, int longest)
        {
            if (_format || length < shortest || length > longest)
            {
                throw new InvalidDataException(
                    $"{(_format ? "another" : "a")} chunk {name} of {length} bytes; there must be one, of {shortest} "
                    + $"to {longest}");
            }

            _format = true;
        }

        public void Samples(string name, long length, long rest)
        {
            if (_samples)
            {
                throw new InvalidDataException($"more than one chunk {name}");
            }

            if (length <= 0 && rest > 0)
            {
                throw new InvalidDataException(
                    $"the chunk {name} claims to be empty and {rest} bytes follow; the recorder did not close the "
                    + "file");
            }

            _samples = true;
        }

        public void RequireBoth(string format, string samples)
        {
            if (!_format || !_samples)
            {
                throw new InvalidDataException($"no whole chunk {(_format ? samples : format)}");
            }
        }
    }
}
