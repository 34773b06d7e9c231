using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Speaker.Audio;
using Speaker.CommandLine;
using Speaker.Enrolment;
using Speaker.Inference;
using Speaker.Recognition;

namespace Speaker.Host.Live;

/// <summary>From the services of a verb to an enrolment that listens.</summary>
internal static class EnrolmentListening
{
    /// <summary>Listens, and shows how far it has come.</summary>
    /// <param name="services">Of the verb.</param>
    /// <param name="speaker">Who is enrolled.</param>
    /// <param name="consent">What the line says of it.</param>
    /// <param name="source">Listened to.</param>
    /// <param name="output">Where it is shown.</param>
    /// <param name="printsStates">As JSON on stdout.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The parts to enrol; or none and why.</returns>
    /// <exception cref="UsageException">Nobody could be enrolled like this: there is no consent.</exception>
    public static async Task<(IReadOnlyList<AudioInput> Parts, string? Problem)> RunAsync(
        IServiceProvider services,
        string speaker,
        string? consent,
        ISoundSource source,
        VerbOutput output,
        bool printsStates,
        CancellationToken cancellationToken)
    {
        var options = services.GetRequiredService<IOptions<SpeakerOptions>>().Value;
        var store = services.GetRequiredService<IVoiceprintStore>();
        var encoder = services.GetRequiredService<VoiceEncoder>();
        speaker = SpeakerName.Normalise(speaker);
        if (options.Enrolment.RequireConsent && !ConsentRule.IsGiven(consent)
            && !await ConsentRule.IsNotedAsync(store, speaker, cancellationToken))
        {
            throw new UsageException(ConsentRule.Message);
        }

        var judge = new PartJudge(
            Coherence.TryOf(encoder, options.Enrolment.CoherenceTargetFar), options.Enrolment,
            await store.GetUtterancesAsync(speaker, encoder.Hash, cancellationToken));
        var guided = new GuidedEnrolment(
            services.GetRequiredService<ISpeakerRecognizer>().EmbedAsync, judge, new PartCutter(encoder.Card.FrontEnd),
            options.Enrolment, options.Quality.WarnBelowSpeechSeconds);
        return await EnrolmentDisplay.RunAsync(
            output, printsStates, new EnrolmentView(speaker, judge.Progress), () => guided.NotEnough,
            display => guided.RunAsync(source, source.Name, display, cancellationToken));
    }
}
