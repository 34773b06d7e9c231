using System.Globalization;
using Speaker.Audio.Validation;

namespace Speaker.Audio.Files.Containers;

/// <summary>What a file that is made of chunks (WAV, AIFF) holds.</summary>
internal sealed record ChunkedSound
{
    /// <summary>Channels by the header, of any number.</summary>
    public required int Channels { get; init; }

    /// <summary>Samples a second of each channel by the header, of any number.</summary>
    public required int Rate { get; init; }

    /// <summary>Null where the samples are compressed.</summary>
    public SampleEncoding? Encoding { get; init; }

    /// <summary>Whether the first byte of a sample is its highest.</summary>
    public bool IsBigEndian { get; init; }

    /// <summary>
    /// Of a compressed file, what comes before its data: a header of nothing but what a decoder needs, whose sizes fit
    /// <see cref="Data"/>. Null where libsndfile does not read the codec.
    /// </summary>
    public byte[]? Head { get; init; }

    /// <summary>Samples of each channel in <see cref="Data"/>, where a decoder would give more; null where it knows.</summary>
    public long? Frames { get; init; }

    /// <summary>Whether the data are frames of MPEG audio.</summary>
    public bool IsMpeg { get; init; }

    /// <summary>What it is compressed with, for messages.</summary>
    public string Codec { get; init; } = "";

    /// <summary>Where the samples are, in order of time; no range reaches beyond the file.</summary>
    public required IReadOnlyList<ByteRange> Data { get; init; }

    /// <summary>Bytes of samples that the header claims; 0 where it does not say.</summary>
    public long ClaimedBytes { get; init; }

    /// <summary>What was found on the way.</summary>
    public required IReadOnlyList<RecordingNote> Notes { get; init; }

    /// <summary>Bytes of a sample; 0 where they are compressed.</summary>
    public int SampleBytes => Encoding switch
    {
        SampleEncoding.Unsigned8 or SampleEncoding.Signed8 or SampleEncoding.ALaw or SampleEncoding.MuLaw => 1,
        SampleEncoding.Signed16 => 2,
        SampleEncoding.Signed24 => 3,
        SampleEncoding.Signed32 or SampleEncoding.Float32 => 4,
        SampleEncoding.Float64 => 8,
        _ => 0,
    };

    /// <summary>What is said of a file that ends before its header says so.</summary>
    /// <param name="claimed">Bytes of samples that the header claims.</param>
    /// <param name="present">Bytes of samples that are there.</param>
    /// <param name="bytesASecond">0 where they are not known.</param>
    public static RecordingNote Cut(long claimed, long present, double bytesASecond) => new(
        RecordingIssue.Cut,
        bytesASecond > 0
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"cut: by its header it holds {claimed / bytesASecond:F2} s of sound, {present / bytesASecond:F2} s are "
                + $"there; copy or record it again")
            : string.Create(
                CultureInfo.InvariantCulture,
                $"cut: by its header it holds {Plural.Of(claimed, "byte")} of sound, {present} " +
                $"{(present == 1 ? "is" : "are")} there; copy or record it again"));

    /// <summary>What is said of a file whose header gives no length.</summary>
    public static RecordingNote Unfinished { get; } = new(
        RecordingIssue.UnfinishedHeader,
        "its recorder did not close the file: the header gives no length, so everything up to the end of the file was "
        + "read; check that the recording is whole");
}
