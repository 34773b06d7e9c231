using System.Diagnostics;

namespace Speaker.Recognition;

/// <summary>What traces say of a recognition: spans of the source <see cref="SourceName"/>, for whoever listens to it. No
/// name of a speaker or a file is in one.</summary>
internal static class RecognitionActivity
{
    public const string SourceName = "Speaker";

    /// <summary>From a recording that lies there to its embedding.</summary>
    private const string Embedding = "speaker.embed";

    /// <summary>Until one of the recordings before it is done.</summary>
    private const string Waiting = "speaker.wait";

    private static readonly ActivitySource Source = new(SourceName);

    public static Activity? Wait() => Source.StartActivity(Waiting);

    public static Activity? Embed() => Source.StartActivity(Embedding);

    /// <summary>Notes what came of a recording.</summary>
    public static void Conclude(this Activity activity, EmbeddingResult result) => activity
        .SetTag("speaker.sound.seconds", result.TotalSeconds)
        .SetTag("speaker.speech.seconds", result.SpeechSeconds)
        .SetTag("speaker.reason", result.Reason.ToString());
}
