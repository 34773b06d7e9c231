using Speaker.Audio.Utterances;
using Speaker.Corpora;

namespace Speaker.Training.Sampling;

/// <summary>One class of training: a speaker at one speed.</summary>
/// <param name="Speaker">Number of the speaker; the speeds of one speaker share it.</param>
/// <param name="Speed">Number of the speed.</param>
/// <param name="Corpus">Whose recordings they are.</param>
/// <param name="Utterances">Numbers of the utterances, at least one.</param>
/// <param name="Seconds">Speech in all of them.</param>
internal sealed record SpeakerClass(int Speaker, int Speed, string Corpus, IReadOnlyList<int> Utterances, double Seconds);

/// <summary>One place in a batch: a class and the utterance its crop starts in.</summary>
internal readonly record struct SampledUtterance(int Class, int Utterance);
