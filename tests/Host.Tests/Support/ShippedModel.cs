using Speaker.Audio.Utterances;
using Speaker.Audio;
using Speaker.CommandLine.Options;
using Speaker.Inference;
using Speaker.Scoring;

namespace Speaker.Host.Tests.Support;

/// <summary>The encoder that ships, with its reader, for tests of what it makes of changed sound.</summary>
public sealed class ShippedModel
{
    public ShippedModel() => Reader = Encoder.CreateReader(new UtteranceOptions { MaximumClippedFraction = 1 });

    internal VoiceEncoder Encoder { get; } = VoiceEncoder.Load(ApplicationFiles.Model(null));

    internal UtteranceReader Reader { get; }

    /// <summary>The embedding, or null where no speech was heard.</summary>
    public float[]? TryEmbed(ReadOnlySpan<float> samples) =>
        Reader.Analyse(samples) is Utterance utterance ? Encoder.Embed(utterance.Features) : null;

    public float[] Embed(ReadOnlySpan<float> samples) => TryEmbed(samples) ?? throw new InvalidOperationException(
        "no speech was heard");

    public double Cosine(ReadOnlySpan<float> one, ReadOnlySpan<float> other) =>
        1 - Scorer.Cosine.Distance(Embed(one), Embed(other));
}
