using System.Collections.Concurrent;
using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Speaker.Audio.Features;
using Speaker.Audio;
using Speaker.Audio.Validation;
using Speaker.Calibration;
using Speaker.CommandLine;
using Speaker.CommandLine.Options;
using Speaker.Corpora;
using Speaker.Evaluation;
using Speaker.Inference;
using Speaker.Models;
using Speaker.Scoring;
using Spectre.Console;

namespace Speaker.Host.Cli;

/// <summary><c>calibrate --trials FILE --target-far P</c> or <c>calibrate --corpus DIR</c>.</summary>
internal static class CalibrateCommand
{
    private const string DefaultRates = "0.001,0.01,0.05";

    public static Command Create()
    {
        var corpus = new Option<string?>("--corpus")
        {
            Description = "Recordings as DIR/<speaker>/**/<utterance>, or listed in DIR/manifest.csv. Trials are " +
                "made as for 'eval'. If the manifest has a split, only its dev part is used. Speakers that the model " +
                "learnt from are left out. Give this or --trials.",
            HelpName = "DIR",
        };
        var trials = new Option<string?>("--trials")
        {
            Description = "Trials in VoxCeleb's format, a line each: 'label enrol test', label 1 for the same " +
                "speaker. The first folder of a name is the speaker. Give this or --corpus.",
            HelpName = "FILE",
        };
        var root = new Option<string?>("--root")
        {
            Description = "Folder that the names in --trials are relative to. Default: the folder of that file.",
            HelpName = "DIR",
        };
        var targetFars = new Option<string?>("--target-far")
        {
            Description = "False-accept rates to set thresholds for, above 0 and below 1, separated by commas. " +
                $"Default: {DefaultRates}.",
            HelpName = "RATE[,RATE...]",
        };
        var cohort = new Option<string?>("--cohort")
        {
            Description = "Recordings of other people, laid out as for --corpus, to normalise distances by " +
                "(AS-norm). Nobody in the trials may be among them. If the manifest has a split, only its train " +
                "part is used. Default: the model's own cohort, if it has one.",
            HelpName = "DIR",
        };
        var copy = new Option<string?>("--out")
        {
            Description = "Write a copy of the model with the new thresholds to MODEL.safetensors. Default: change " +
                "the card of the model in use. Voiceprints stay valid either way.",
            HelpName = "MODEL",
        };
        var overwrite = FlagOption.Create(
            "--overwrite", "Allow changing the card of the model that ships, or replacing an existing model.");
        var command = new Command("calibrate",
            "Set the model's thresholds on your own trials, and print what the trials can support. Exit code 2: too " +
            "few trials for one of the rates.")
        {
            corpus,
            trials,
            root,
            targetFars,
            cohort,
            copy,
            overwrite,
        };
        command.Validators.Add(result =>
        {
            if ((result.GetResult(corpus) is null) == (result.GetResult(trials) is null))
            {
                result.AddError("Give --corpus DIR or --trials FILE, one of them.");
            }
        });
        command.SetVerb((parsed, output, cancellation) =>
        {
            using var host = VerbServices.CreateHost(parsed);
            var rates = ParseRates(parsed.GetValue(targetFars) ?? DefaultRates);
            var source = ModelFiles.Resolve(VerbServices.ModelPath(host));
            var target = parsed.GetValue(copy) is { } given ? ModelPath(given) : source;
            CheckTarget(source, target, parsed.GetValue(overwrite));

            var encoder = VoiceEncoder.Load(source, cancellation);
            // As verify hears a recording, with every setting.
            var reading = host.Services.GetRequiredService<IOptions<SpeakerOptions>>().Value.Utterance;
            var options = new EvaluationOptions();
            VerbOutput.Note("reading recordings");
            var remainder = CorpusRemainder.None;
            var unlearnt = new UnlearntRecordings(encoder.Card);
            EvaluationSet set;
            Func<EvaluationSet> grid;
            if (parsed.GetValue(trials) is { } list)
            {
                var folder = parsed.GetValue(root) ?? Path.GetDirectoryName(Path.GetFullPath(list))!;
                var asked = unlearnt.Of(TrialList.Read(list, cancellation), folder, list);
                set = EvaluationSet.FromTrials(
                    asked, folder, encoder.Card.FrontEnd, reading, options, cancellation);
                grid = () => EvaluationSet.FromTrials(
                    ConditionGrid.Sample(asked), folder, encoder.Card.FrontEnd, reading, ConditionGrid.Options,
                    cancellation);
            }
            else
            {
                var folder = parsed.GetValue(corpus)!;
                var measured = unlearnt.Of(EvalCommand.Measured(folder, out remainder, cancellation), folder);
                set = EvaluationSet.FromCorpus(measured, encoder.Card.FrontEnd, reading, options, cancellation);
                grid = () => EvaluationSet.FromCorpus(
                    ConditionGrid.Sample(measured), encoder.Card.FrontEnd, reading, ConditionGrid.Options, cancellation);
            }

            CorpusNotes.Write(remainder, set.Skipped);

            var (scoring, members) = parsed.GetValue(cohort) is { } voices
                ? WithCohort(encoder, voices, reading, set, cancellation)
                : (encoder, null);
            VerbOutput.Note(string.Create(CultureInfo.InvariantCulture,
                $"embedding {Plural.Of(set.Items.Count, "utterance")} for {Plural.Of(set.Pairs.Count, "trial")}"));
            var calibration = TrialCalibration.Of(
                Evaluator.Score(scoring, set, options.Threads, cancellation), rates, cancellation);
            var written = calibration.Points.Count > 0;
            IReadOnlyList<ConditionRate>? held = null;
            if (written)
            {
                var named = parsed.GetValue(trials) ?? parsed.GetValue(corpus)!;
                var card = scoring.Card.CalibratedBy(
                    calibration, $"trials of {Path.GetFileName(Path.TrimEndingDirectorySeparator(named))}");
                // Distances that are normalised otherwise give other rates.
                card = members is null ? card : card with { Conditions = null };
                if (calibration.Speakers >= TrialThresholdFit.FewestSpeakers)
                {
                    VerbOutput.Note("calibrating lengths and conditions");
                    card = ConditionGrid.Calibrate(card, ConditionGrid.Of(scoring, grid(), cancellation), cancellation);
                }

                held = card.TrialThresholds?.Held;
                card = target == source
                    ? ModelFiles.UpdateCard(target, card, members)
                    : ModelFiles.Copy(source, target, card, members);
                AtomicFile.Write(ModelFiles.PagePathOf(target), stream => stream.Write(ModelCardPage.Of(card)));
            }

            Show(calibration, written ? target : null, encoder.Hash, scoring.Card.AsNorm?.Speakers, set,
                unlearnt.SpeakersLeftOut, held, output);
            return calibration.Rates.All(rate => rate.Point is not null) ? ExitCode.Done : ExitCode.Inconclusive;
        });
        return command;
    }

    private static double[] ParseRates(string text)
    {
        var rates = new List<double>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            rates.Add(StrictNumber.Real(part) is > 0 and < 1 and var rate
                ? rate
                : throw new UsageException(
                    $"--target-far has '{part}': a rate above 0 and below 1 is needed, such as 0.01"));
        }

        return [.. rates];
    }

    private static string ModelPath(string given) => Path.GetFullPath(
        given.EndsWith(ModelFiles.WeightsExtension, StringComparison.OrdinalIgnoreCase)
            ? given
            : given + ModelFiles.WeightsExtension);

    private static void CheckTarget(string source, string target, bool overwrite)
    {
        if (overwrite)
        {
            return;
        }

        if (target == source && Path.GetDirectoryName(source) == Path.GetFullPath(ApplicationFiles.Models)
            && ShippedModels.All.Contains(Path.GetFileNameWithoutExtension(source)))
        {
            throw new UsageException(
                $"{source} is a model that ships: write a copy with --out MODEL and use that, or change it for " +
                "everybody with --overwrite");
        }

        if (target != source && File.Exists(target))
        {
            throw new UsageException($"{target} exists: give another --out, or replace it with --overwrite");
        }
    }

    /// <summary>The model with another scorer. Speakers of a corpus are named corpus/speaker, those of a trial list by
    /// their folder alone.</summary>
    private static (VoiceEncoder Encoder, Cohort Cohort) WithCohort(
        VoiceEncoder encoder,
        string directory,
        UtteranceOptions reading,
        EvaluationSet set,
        CancellationToken cancellation)
    {
        VerbOutput.Note("reading the cohort");
        var corpus = Corpus.Load(directory, new CorpusOptions { DevFraction = 0 }, cancellation);
        CorpusNotes.Write(corpus.Remainder);
        var voices = corpus.Of(CorpusSplit.Train);
        var asked = set.Items.Select(item => item.Speaker).ToHashSet(StringComparer.Ordinal);
        if (voices.FirstOrDefault(
                voice => asked.Contains(voice.SpeakerKey) || asked.Contains(voice.Speaker)) is { } both)
        {
            throw new UsageException(
                $"speaker {both.SpeakerKey} is in the trials and in the cohort: a cohort must be of other people; " +
                "remove the folder, or mark the speakers in a manifest with a split");
        }

        var skipped = new ConcurrentBag<SkippedUtterance>();
        var cohort = CohortMaker.Make(encoder, voices, reading, Environment.ProcessorCount, skipped, cancellation);
        CorpusNotes.Write(skipped.OrderBy(recording => recording.Path, StringComparer.Ordinal));
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(directory));
        return (encoder.ScoredBy(cohort, AsNormSpecification.Of(
            cohort, AsNormSpecification.DefaultTop, $"speakers of {name}")), cohort);
    }

    private static void Show(
        TrialCalibration calibration, string? path, string hash, int? cohort, EvaluationSet set, int? learntLeftOut,
        IReadOnlyList<ConditionRate>? held, VerbOutput output)
    {
        if (output.Json)
        {
            VerbOutput.WriteJson(
                new CalibrateJson(
                    path, hash, calibration.Targets, calibration.Impostors, calibration.Speakers,
                    calibration.ImpostorPairs, calibration.StrictestFar,
                    [.. calibration.Rates.Select(rate => new CalibratedRateJson(
                        rate.TargetFar, rate.Point?.Threshold, rate.Far, rate.Point?.FarInterval, rate.Point?.Frr,
                        rate.Point?.FrrInterval, rate.MissingImpostorTrials))],
                    calibration.Cllr, calibration.Scores.Quality is not null, cohort, set.Skipped.Count, learntLeftOut,
                    held?.Select(rate => new HeldRateJson(
                        rate.Condition, rate.BothSides, rate.Seconds, rate.Impostors, rate.Far, rate.Frr,
                        rate.OneThresholdFar)).ToArray()),
                JsonContracts.Output.CalibrateJson);
            return;
        }

        var table = new Table().Border(TableBorder.Rounded);
        foreach (var heading in (ReadOnlySpan<string>)["false accepts", "threshold", "FAR", "95 %", "FRR", "95 %"])
        {
            table.AddColumn(new TableColumn(heading).RightAligned());
        }

        foreach (var rate in calibration.Rates)
        {
            var asked = Text($"{rate.TargetFar:0.####%}");
            table.AddRow(rate.Point is { } point
                ?
                [
                    asked, Text($"{point.Threshold:0.000}"), Text($"{rate.Far:0.00%}"), Interval(point.FarInterval!),
                    Text($"{point.Frr:0.0%}"), Interval(point.FrrInterval!),
                ]
                : [asked, "none", "", "", "", ""]);
        }

        output.Results.Write(table);
        output.Results.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{Plural.Of(calibration.Targets, "target trial")} and " +
            $"{Plural.Of(calibration.Impostors, "impostor trial")} of " +
            $"{Plural.Of(calibration.Speakers, "speaker")}. So many impostor trials support false-accept rates down to " +
            $"{calibration.StrictestFar:0.###%} (3 / N). They are of {Plural.Of(calibration.ImpostorPairs, "pair")} of " +
            $"speakers, so rates below {Math.Min(1, 3.0 / calibration.ImpostorPairs):0.###%} rest on the same few " +
            $"voices. The intervals are 95 % of a bootstrap over speakers."));
        foreach (var rate in calibration.Rates.Where(rate => rate.Point is null))
        {
            output.Results.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"No threshold for {rate.TargetFar:0.####%}: it needs " +
                $"{Plural.Of(rate.MissingImpostorTrials, "more impostor trial")}."));
        }

        if (held is { Count: > 0 })
        {
            output.Results.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"Thresholds follow each trial's length and condition: on speakers that they were not set on, false " +
                $"accepts are {held.Min(rate => rate.Far):0.00%} to {held.Max(rate => rate.Far):0.00%} over " +
                $"{Plural.Of(held.Count, "condition")}, with one threshold for all " +
                $"{held.Min(rate => rate.OneThresholdFar):0.00%} to {held.Max(rate => rate.OneThresholdFar):0.00%}. " +
                $"See 'speaker card'."));
        }
        else if (path is not null)
        {
            output.Results.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"One threshold for all lengths and conditions: others take {TrialThresholdFit.FewestSpeakers} speakers."));
        }

        output.Results.WriteLine(path is null
            ? "Nothing was written."
            : $"Written to {path}. To use it, name it with --model, SPEAKER_MODEL or Speaker:Model.");
    }

    private static string Interval(IReadOnlyList<double> ends) => Text($"{ends[0]:0.0%} - {ends[1]:0.0%}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
