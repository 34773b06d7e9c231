namespace Speaker.Audio;

/// <summary>What can be said of a recording before a model hears it.</summary>
/// <param name="Peak">Largest magnitude of a sample; 1 is full scale.</param>
/// <param name="ClippedFraction">Share of the samples that sit at full scale, 0 to 1.</param>
/// <param name="SpeechLevel">Mean energy of the speech frames, in dBFS.</param>
/// <param name="SignalToNoise">
/// Estimated from the energies of speech and of non-speech frames, in dB; null when too few frames are not speech.
/// </param>
public sealed record AudioQuality(double Peak, double ClippedFraction, double SpeechLevel, double? SignalToNoise);
