namespace Speaker.Evaluation.SpeechDetection;

/// <summary>A clean recording, its speech at a root mean square of 0.05, and which of its frames are speech.</summary>
/// <param name="Samples">16 kHz mono.</param>
/// <param name="Labels">One a frame.</param>
internal sealed record LabelledSpeech(float[] Samples, bool[] Labels);
