namespace Speaker.Evaluation.SpeechDetection;

/// <summary>How a detector did on speech in one condition.</summary>
/// <param name="Condition">"clean" or a signal-to-noise ratio.</param>
/// <param name="Recordings">How many.</param>
/// <param name="SpeechKept">Share of the speech's frames that were called speech.</param>
/// <param name="NoisePassed">Share of the other frames that were.</param>
/// <param name="Refused">Share of the recordings in which less speech was found than an utterance must have.</param>
internal sealed record DetectionFigures(
    string Condition, int Recordings, double SpeechKept, double NoisePassed, double Refused);

/// <summary>How a detector did on sounds without speech.</summary>
/// <param name="Kind">The folder of the sounds.</param>
/// <param name="Sounds">How many.</param>
/// <param name="Refused">Share of them that ended as no speech.</param>
internal sealed record RefusalFigures(string Kind, int Sounds, double Refused);

/// <summary>A detector's error rates.</summary>
internal sealed record DetectionReport(IReadOnlyList<DetectionFigures> Speech, IReadOnlyList<RefusalFigures> Noise);
