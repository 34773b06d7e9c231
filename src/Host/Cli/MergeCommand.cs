using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Speaker.CommandLine;
using Speaker.Enrolment;
using Speaker.Inference;
using Speaker.Recognition;
using Speaker.Scoring;
using Spectre.Console;

namespace Speaker.Host.Cli;

/// <summary><c>merge NAME INTO</c>.</summary>
internal static class MergeCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "The speaker who is dissolved." };
        var into = new Argument<string>("INTO") { Description = "The speaker who gets the utterances." };
        var force = FlagOption.Create("--force", "Merge two voices that are unlike each other.");
        var command = new Command("merge",
            "Make two names one speaker: all utterances of NAME become INTO's, and NAME is removed. Voices that are " +
            "unlike each other are refused with their distance, and the exit code is 2.")
        {
            name,
            into,
            force,
        };
        command.SetVerb(async (parsed, output, cancellation) =>
        {
            using var host = VerbServices.CreateHost(parsed);
            var recognizer = host.Services.GetRequiredService<ISpeakerRecognizer>();
            var store = host.Services.GetRequiredService<IEditableStore>();
            var (from, to) = (parsed.GetRequiredValue(name), parsed.GetRequiredValue(into));
            var coherence = Coherence.TryOf(
                host.Services.GetRequiredService<VoiceEncoder>(),
                host.Services.GetRequiredService<IOptions<SpeakerOptions>>().Value.Enrolment.CoherenceTargetFar);
            var voices = new List<IReadOnlyList<StoredUtterance>>();
            foreach (var each in (string[])[from, to])
            {
                var utterances = await store.GetUtterancesAsync(each, recognizer.ModelHash, cancellation);
                if (utterances.Count == 0)
                {
                    throw new UsageException($"unknown speaker '{each}' in store {store.Location}: nothing was merged");
                }

                voices.Add(utterances);
            }

            var (distance, bound) = Between(recognizer, coherence, voices[0], voices[1]);
            var merged = parsed.GetValue(force) || !(distance > bound);
            if (merged && !await store.MergeAsync(from, to, cancellation))
            {
                throw new UsageException($"'{from}' and '{to}' are one speaker: nothing was merged");
            }

            Show(from, to, distance, bound, merged, output);
            return merged ? ExitCode.Done : ExitCode.Inconclusive;
        });
        return command;
    }

    /// <summary>As enrolment holds recordings against a speaker's; no bound where the model was never
    /// calibrated.</summary>
    private static (double Distance, double? Bound) Between(
        ISpeakerRecognizer recognizer,
        Coherence? coherence,
        IReadOnlyList<StoredUtterance> one,
        IReadOnlyList<StoredUtterance> other)
    {
        if (coherence is null)
        {
            return (recognizer.Distance(Centroid(one), Centroid(other)), null);
        }

        return coherence.Between(Sides(one), Sides(other));

        TrialSide[] Sides(IReadOnlyList<StoredUtterance> utterances) =>
            [.. utterances.Select(utterance => coherence.Side(utterance.Embedding, utterance.SpeechSeconds))];

        static float[] Centroid(IReadOnlyList<StoredUtterance> utterances) =>
            Voiceprint.Centroid(utterances.Select(utterance => utterance.Embedding));
    }

    private static void Show(
        string from, string to, double distance, double? threshold, bool merged, VerbOutput output)
    {
        if (output.Json)
        {
            VerbOutput.WriteJson(
                new MergeJson(to, from, merged, distance, threshold), JsonContracts.Output.MergeJson);
            return;
        }

        output.Results.WriteLine(merged
            ? string.Create(CultureInfo.InvariantCulture,
                $"{from} is now part of {to}: the two voices were at distance {distance:0.000}.")
            : string.Create(CultureInfo.InvariantCulture,
                $"{from} and {to} are unlike each other: distance {distance:0.000} is beyond {threshold:0.000}. " +
                $"Nothing was merged; --force merges them nevertheless."));
    }
}
