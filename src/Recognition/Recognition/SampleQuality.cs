using Speaker.Audio.Quality;

namespace Speaker.Recognition;

/// <summary>How good a recording was for telling its speaker.</summary>
/// <param name="SpeechSeconds">Seconds of speech.</param>
/// <param name="Measures">Level, noise, clipping and bandwidth.</param>
/// <param name="Warnings">
/// What may have weakened the answer, in words, for the person who made the recording: what was found, the bound, and
/// what to do. The bounds are <see cref="Options.QualityOptions"/>.
/// </param>
internal sealed record SampleQuality(double SpeechSeconds, AudioQuality Measures, IReadOnlyList<string> Warnings);
