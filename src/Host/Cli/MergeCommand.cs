using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Speaker.CommandLine;
using Speaker.Enrolment.Sqlite;
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
            var store = host.Services.GetRequiredService<SqliteVoiceprintStore>();
            var (from, to) = (parsed.GetRequiredValue(name), parsed.GetRequiredValue(into));
            var sides = new List<float[]>();
            foreach (var each in (string[])[from, to])
            {
                var utterances = await store.GetUtterancesAsync(each, recognizer.ModelHash, cancellation);
                if (utterances.Count == 0)
                {
                    throw new UsageException($"unknown speaker '{each}' in store {store.Path}: nothing was merged");
                }

                sides.Add(Voiceprint.Centroid(utterances.Select(utterance => utterance.Embedding)));
            }

            var distance = recognizer.Distance(sides[0], sides[1]);
            var threshold = new DecisionThresholds(host.Services.GetRequiredService<VoiceEncoder>()).TryFor(
                host.Services.GetRequiredService<IOptions<SpeakerOptions>>().Value.Enrolment.CoherenceTargetFar);
            var merged = parsed.GetValue(force) || threshold is null || distance <= threshold.Value;
            if (merged
                && !await store.EditAsync(database => StoreEditor.Merge(database, from, to), false, cancellation))
            {
                throw new UsageException($"'{from}' and '{to}' are one speaker: nothing was merged");
            }

            Show(from, to, distance, threshold?.Value, merged, output);
            return merged ? ExitCode.Done : ExitCode.Inconclusive;
        });
        return command;
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
