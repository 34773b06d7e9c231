namespace Speaker.Host.Live;

/// <summary>Where a part of an enrolment stands.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Seconds">Of sound in it.</param>
/// <param name="SpeechSeconds">Of speech in it.</param>
/// <param name="NeededSeconds">Of speech, before a pause ends it.</param>
/// <param name="Level">Of the last block, dB of full scale; null: digital silence.</param>
/// <param name="IsSpeech">Whether somebody speaks.</param>
internal sealed record PartState(
    int Number, double Seconds, double SpeechSeconds, double NeededSeconds, double? Level, bool IsSpeech);
