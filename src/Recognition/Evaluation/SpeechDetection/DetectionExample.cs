using Speaker.Audio.SpeechDetection;

namespace Speaker.Evaluation.SpeechDetection;

/// <summary>A few seconds of sound as the detector's network reads it, with the answer.</summary>
/// <param name="Features">Frames x <see cref="SpeechFeatures.Count"/>, row-major, raw.</param>
/// <param name="Labels">One a frame: 1 speech, 0 none.</param>
internal sealed record DetectionExample(float[] Features, long[] Labels);
