namespace Speaker.Host.House.Voices;

/// <summary>An utterance that was answered, for those who are told: never with its words.</summary>
/// <param name="Satellite">Where it was heard.</param>
/// <param name="Voice">Whose it is.</param>
/// <param name="Passed">Whether words were passed on.</param>
internal sealed record HeardVoice(string Satellite, VoiceDecision Voice, bool Passed);
