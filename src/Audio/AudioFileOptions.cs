using Microsoft.Extensions.Options;
using Speaker.Audio.Validation;

namespace Speaker.Audio;

/// <summary>How sound files are opened.</summary>
/// <remarks>
/// WAV and AIFF of PCM, float, A-law or µ-law samples, and FLAC, are decoded by managed code. MP3, Ogg (Vorbis, Opus) and
/// WAV or AIFF of other codecs are decoded by libsndfile, which a damaged or hostile file may keep busy for ever or crash:
/// in a process of its own where <see cref="SoundDecoder"/> or <see cref="Decoder"/> gives one, which such a file ends
/// instead of yours. Without one libsndfile runs in your process, and a file that hangs costs a thread until it ends.
/// </remarks>
public sealed record AudioFileOptions
{
    /// <summary><see cref="Ffmpeg"/>: the ffmpeg of the PATH, where there is one.</summary>
    public const string Auto = "auto";

    /// <summary><see cref="Ffmpeg"/>: none.</summary>
    public const string Off = "off";

    /// <summary>
    /// What reads the kinds that are not decoded here (MP4 and M4A, WebM and Matroska, AAC, AMR, WMA, CAF, AU and so on):
    /// "auto", "off", or the path of an ffmpeg. It runs in a process of its own, within the same bounds.
    /// </summary>
    [NotBlank]
    public string Ffmpeg { get; set; } = Auto;

    /// <summary>
    /// A program that decodes in a process of its own: the path of <c>speaker</c>, or of a program that calls
    /// <see cref="SoundDecoder.TryRun"/>. Null is this program, if it called that, and else this process.
    /// </summary>
    [NotBlank(OrNull = true)]
    public string? Decoder { get; set; }

    /// <summary>
    /// Processor time that a decoder may take until it gives the next second of the sound, in seconds; 1 to 600. By the
    /// clock, which also runs while other programs have the processor, it may take six times as long.
    /// </summary>
    [Between(1, 600)]
    public double DecoderSeconds { get; set; } = 5;

    /// <summary>Memory that a decoder may take in its own process, in megabytes; 64 to 65,536.</summary>
    [Between(64, 65_536)]
    public int DecoderMegabytes { get; set; } = 512;

    /// <summary>By the clock, which also runs while other programs have the processor.</summary>
    internal TimeSpan DecoderPatience => Patience ?? TimeSpan.FromSeconds(6 * DecoderSeconds);

    /// <summary>Another <see cref="DecoderPatience"/>.</summary>
    internal TimeSpan? Patience { get; init; }

    /// <summary>What is used where a caller has no options.</summary>
    internal static AudioFileOptions Default { get; } = new();

    /// <summary>Whether libsndfile counts as installed; null looks.</summary>
    internal bool? HasSoundFileLibrary { get; init; }

    /// <summary>The program to start, and how; null decodes in this process.</summary>
    internal DecoderProgram? DecoderProgram { get; init; }
}

/// <summary>Checks <see cref="AudioFileOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class AudioFileOptionsValidator : IValidateOptions<AudioFileOptions>;
