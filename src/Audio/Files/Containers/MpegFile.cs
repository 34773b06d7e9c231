using System.Buffers.Binary;
using System.Globalization;

namespace Speaker.Audio.Files.Containers;

/// <summary>
/// MPEG audio, layers 1 to 3: frames one after the other, of which any may be the first. What is before the first frame
/// (zeros, the rest of a frame, a tag whose length is wrong) is left out.
/// </summary>
internal static class MpegFile
{
    /// <summary>So many headers, each where the last one says, are no accident.</summary>
    private const int Convincing = 4;

    /// <summary>How far the first frame is looked for.</summary>
    private const int FarthestStart = 1 << 20;

    private const int LongestFrame = 8192;

    /// <summary>Where the first frame of a series begins.</summary>
    /// <param name="file">Seekable.</param>
    /// <param name="start">Where to look from.</param>
    /// <returns>Null where there is none in the first megabyte.</returns>
    public static long? FindStart(Stream file, long start)
    {
        var bytes = Read(file, start, Convincing * LongestFrame);
        if (IsSeries(bytes, start + bytes.Length >= file.Length))
        {
            return start;
        }

        bytes = Read(file, start, FarthestStart + (Convincing * LongestFrame));
        var isWhole = start + bytes.Length >= file.Length;
        for (var at = 0; at < Math.Min(bytes.Length, FarthestStart); at++)
        {
            var skip = bytes[at..].IndexOf((byte)0xFF);
            if (skip < 0)
            {
                break;
            }

            at += skip;
            if (IsSeries(bytes[at..], isWhole))
            {
                return start + at;
            }
        }

        // Not convincing, but where a frame should begin: the decoder may make something of it.
        return MpegFrame.Parse(bytes) is null ? null : start;
    }

    /// <summary>Goes from frame to frame to see whether the file ends before the stream does.</summary>
    /// <param name="file">Seekable.</param>
    /// <param name="range">From the first frame on.</param>
    public static IReadOnlyList<RecordingNote> Notes(Stream file, ByteRange range)
    {
        using var reader = new BufferedStream(new PartialStream([], file, [range]), 1 << 16);
        Span<byte> header = stackalloc byte[MpegFrame.HeaderLength];
        var (frames, kind, claimed, rateOfFrames) = (0L, 0, 0L, 0.0);
        var position = 0L;
        while (reader.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) == header.Length
            && MpegFrame.Parse(header) is { } frame && (frames == 0 || frame.Kind == kind))
        {
            if (position + frame.Length > range.Length)
            {
                return [Cut(claimed > 0 ? frames - 1 : frames, claimed, rateOfFrames)];
            }

            if (frames == 0)
            {
                (kind, rateOfFrames) = (frame.Kind, frame.FramesASecond);
                claimed = Announced(reader, frame);
            }

            position += frame.Length;
            reader.Position = position;
            frames++;
        }

        // The frame of the table is none of those that it counts.
        return frames - 1 < claimed && position > range.Length - MpegFrame.HeaderLength
            ? [Cut(frames - 1, claimed, rateOfFrames)]
            : [];
    }

    private static Span<byte> Read(Stream file, long start, int most)
    {
        var buffer = new byte[(int)Math.Clamp(file.Length - start, 0, most)];
        file.Position = start;
        return buffer.AsSpan(0, file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false));
    }

    private static bool IsSeries(ReadOnlySpan<byte> bytes, bool isWhole)
    {
        var kind = 0;
        var at = 0;
        for (var count = 0; count < Convincing; count++)
        {
            if (at >= bytes.Length)
            {
                // A file may hold fewer frames than convince; then they must fill it.
                return isWhole && count > 1;
            }

            if (MpegFrame.Parse(bytes[at..]) is not { } frame || (count > 0 && frame.Kind != kind))
            {
                return false;
            }

            kind = frame.Kind;
            at += frame.Length;
        }

        return true;
    }

    /// <summary>Frames that the table in the first frame announces; 0 where there is none.</summary>
    private static long Announced(Stream reader, MpegFrame frame)
    {
        Span<byte> table = stackalloc byte[12];
        reader.Position = frame.TableOffset;
        reader.ReadAtLeast(table, table.Length, throwOnEndOfStream: false);
        const int hasFrames = 1;
        return (table.StartsWith("Xing"u8) || table.StartsWith("Info"u8)) && (table[7] & hasFrames) != 0
            ? BinaryPrimitives.ReadUInt32BigEndian(table[8..])
            : 0;
    }

    private static RecordingNote Cut(long frames, long claimed, double framesASecond) => new(
        RecordingIssue.Cut,
        claimed > frames
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"cut: by its header it holds {claimed / framesASecond:F2} s of sound, {frames / framesASecond:F2} s are "
                + $"there; copy or record it again")
            : "cut: the file ends within a frame of MPEG audio; copy or record it again");
}
