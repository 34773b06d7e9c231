using System.Buffers;
using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Speaker.Audio.Validation;
using Speaker.Calibration;
using Speaker.CommandLine;
using Speaker.Corpora;
using Speaker.Models;
using Speaker.Training.Runs;
using Speaker.Training.SpeechDetection;
using Spectre.Console;

namespace Speaker.Train;

/// <summary><c>train --corpus DIR --out MODEL</c>.</summary>
internal static class TrainCommand
{
    private static readonly SearchValues<char> NeedsQuotes = SearchValues.Create(" \t\"'\\$*?");

    public static Command Create()
    {
        var corpus = new Option<string>("--corpus")
        {
            Description = "Recordings as DIR/<speaker>/**/<utterance>, or listed in DIR/manifest.csv " +
                "(path,speaker,session,split). Without a split, a tenth of the speakers is held out to watch the " +
                "training and to set thresholds.",
            HelpName = "DIR",
            Required = true,
        };
        var model = new Option<string>("--out")
        {
            Description = "Model to write: MODEL.safetensors, its card MODEL.json, the card as a page MODEL.md and, " +
                "if it lowers the error rate, a cohort MODEL.cohort.safetensors.",
            HelpName = "MODEL",
            Required = true,
        };
        var resume = FlagOption.Create(
            "--resume", "Continue from MODEL.checkpoint, which a stopped run kept; give the same options.");
        var overwrite = FlagOption.Create(
            "--overwrite", "Replace what is at --out, if anything is; otherwise that is an error.");
        var recipe = new TrainingArguments(
            "Batches to train on, 1 or more, or 0 with --init. Default: 150 from accurate, otherwise 4,000; with " +
            "--detector 8,000.",
            "Folder that keeps the features for this run and later ones. Default: MODEL.features.",
            ShippedModels.Accurate);
        var licences = new Option<string?>("--licences")
        {
            Description = "JSON object with the licence of each corpus by its name, for the model card. Default: " +
                "none are given.",
            HelpName = "FILE",
        };
        var detector = FlagOption.Create(
            "--detector",
            "Train the speech detector instead; needs --noise, and writes its network to the file --out.");
        var command = new Command("train",
            "Train an encoder on your own recordings. Ctrl-C keeps a checkpoint; --resume continues from it.")
        {
            corpus,
            model,
        };
        recipe.AddTo(command);
        foreach (var option in (Option[])[resume, overwrite, licences, detector])
        {
            command.Add(option);
        }

        command.SetVerb((parsed, output, cancellation) =>
        {
            if (parsed.GetValue(detector))
            {
                foreach (var other in (Option[])[.. recipe.OfEncoder, resume, licences])
                {
                    if (parsed.GetResult(other) is { Implicit: false })
                    {
                        throw new UsageException(
                            $"train --detector does not take {other.Name}: it is for the encoder only; leave it out");
                    }
                }

                if (parsed.GetValue(recipe.Steps) == 0)
                {
                    throw new UsageException("--steps is '0', train --detector needs 1 or more");
                }

                CheckTarget(parsed.GetValue(overwrite), parsed.GetRequiredValue(model));
                var defaults = new DetectorTrainingOptions();
                DetectorTraining.Train(
                    defaults with
                    {
                        Steps = parsed.GetValue(recipe.Steps) ?? defaults.Steps,
                        Seed = parsed.GetValue(recipe.Seed) ?? defaults.Seed,
                    },
                    parsed.GetRequiredValue(corpus),
                    parsed.GetValue(recipe.Noise) ?? throw new UsageException("train --detector needs --noise DIR"),
                    parsed.GetValue(recipe.Rooms),
                    parsed.GetRequiredValue(model),
                    output,
                    cancellation);
                return ExitCode.Done;
            }

            using var host = VerbServices.CreateHost(parsed);
            var path = ModelFiles.WeightsPath(parsed.GetRequiredValue(model));
            CheckResume(path, parsed.GetValue(resume));
            // Whatever is left of a model counts.
            CheckTarget(
                parsed.GetValue(overwrite), path, ModelFiles.CardPathOf(path), ModelFiles.CohortPathOf(path),
                ModelFiles.PagePathOf(path));
            var run = recipe.Read(parsed, Path.ChangeExtension(path, ".features"));
            var time = host.Services.GetRequiredService<TimeProvider>();
            var trainer = new Trainer(run, time);
            var licenceOf = parsed.GetValue(licences) is { } file ? Licences(file) : null;
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var recordings = Corpus.Load(parsed.GetRequiredValue(corpus), cancellationToken: cancellation);
            CorpusNotes.Write(recordings.Remainder);
            if (run.Steps > 0)
            {
                Announce(TrainingForecast.Measure(run, recordings, time, cancellation), run);
            }

            try
            {
                var result = TrainingDisplay.Run(output, display => trainer.Train(
                    recordings, path, CommandLine(), licenceOf, display, display, display, cancellation));
                Show(result, path, output);
                return ExitCode.Done;
            }
            catch (OperationCanceledException exception)
            {
                throw new VerbStoppedException(
                    File.Exists(Trainer.CheckpointPathOf(path))
                        ? $"stopped; to go on from {Trainer.CheckpointPathOf(path)}, give the same command with --resume"
                        : "stopped before the first step; the same command starts again, with the features it has made",
                    exception);
            }
        });
        return command;
    }

    private static IReadOnlyDictionary<string, string> Licences(string file)
    {
        try
        {
            return TrainingSettings.ReadLicences(file);
        }
        catch (ArgumentException exception)
        {
            throw new UsageException(exception.Message, exception);
        }
    }

    private static void Announce(TrainingForecast forecast, TrainingOptions options) => VerbOutput.Note(string.Create(
        CultureInfo.InvariantCulture,
        $"{Plural.Of(forecast.Speakers, "speaker")}, {Plural.Of(forecast.Utterances, "utterance")} to train on. " +
        $"Features take about " +
        $"{Duration(forecast.Features)} or more and {Math.Max(1, forecast.FeatureBytes >> 20):#,0} MB, unless they are kept " +
        $"from before. {Plural.Of(options.Steps, "step")}: about {Duration(forecast.Steps)}; the display shows the time left."));

    private static string Duration(TimeSpan time) => time.TotalMinutes < 1.5
        ? string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, time.TotalSeconds):0} s")
        : time.TotalHours < 1.5
            ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0} min")
            : string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0.0} h");

    /// <summary>Before the hours of work, not after them.</summary>
    private static void CheckTarget(bool overwrite, params IEnumerable<string> files)
    {
        if (!overwrite && files.FirstOrDefault(File.Exists) is { } file)
        {
            throw new UsageException($"{file} exists: give another --out, or replace it with --overwrite");
        }
    }

    private static void CheckResume(string path, bool resume)
    {
        var checkpoint = Trainer.CheckpointPathOf(path);
        if (File.Exists(checkpoint) != resume)
        {
            throw new UsageException(resume
                ? $"there is no {checkpoint} to resume from: start without --resume"
                : $"{checkpoint} exists from a stopped run: continue it with --resume, or delete the file to start " +
                  "again");
        }
    }

    /// <summary>The command as one may type it again; it goes into the model card.</summary>
    private static string CommandLine() => "speaker " +
        string.Join(' ', Environment.GetCommandLineArgs().Skip(1).Select(
        argument => argument.Length > 0 && argument.AsSpan().IndexOfAny(NeedsQuotes) < 0
            ? argument
            : $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'"));

    private static void Show(TrainingResult result, string path, VerbOutput output)
    {
        CorpusNotes.Write(result.Skipped);
        CorpusNotes.Write(result.Dev?.Skipped ?? []);
        var unreadable = result.Skipped.Select(recording => recording.Path).ToHashSet(StringComparer.Ordinal);
        foreach (var utterance in result.Speechless.Where(utterance => !unreadable.Contains(utterance.Path)))
        {
            VerbOutput.Note($"speaker: no speech in {utterance.Path}: not trained on");
        }

        if (output.Json)
        {
            VerbOutput.WriteJson(
                new TrainJson(
                    path, result.Steps, result.BestStep, result.StoppedEarly, result.Dev?.All.Eer,
                    result.Dev is { } measured ? [measured.All.EerInterval.Low, measured.All.EerInterval.High] : null),
                JsonContracts.Output.TrainJson);
            return;
        }

        var facts = FactTable.Create();
        facts.AddRow("model", Markup.Escape(path));
        facts.AddRow("steps", result.Steps == 0 ? "none: joined without further training" : string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Steps:#,0}{(result.StoppedEarly ? ", stopped because the dev error no longer fell" : "")}; " +
            $"weights of step {result.BestStep:#,0}"));
        if (result.Dev is { } dev)
        {
            foreach (var (corpus, figures) in dev.ByCorpus)
            {
                facts.AddRow($"dev EER, {Markup.Escape(corpus)}",
                    Rate(figures.Eer, figures.EerInterval.Low, figures.EerInterval.High));
            }

            facts.AddRow("dev EER, together", Rate(dev.All.Eer, dev.All.EerInterval.Low, dev.All.EerInterval.High));
        }
        else
        {
            facts.AddRow("dev EER", "no dev trials: nothing was measured");
        }

        facts.AddRow("scoring", result.Card.AsNorm is { } asNorm
            ? string.Create(CultureInfo.InvariantCulture, $"normalised by {asNorm.Speakers:#,0} training speakers")
            : "1 - cosine, without a cohort");
        facts.AddRow("thresholds", result.Card.Calibration.Count == 0
            ? "none: run 'speaker calibrate' on recordings of other people to set them, or give --threshold to decide"
            : string.Join(", ", result.Card.Calibration.Select(point => string.Create(
                CultureInfo.InvariantCulture,
                $"{point.TargetFar:0.####%}: {point.Threshold:0.000}" +
                $"{(point.ImpostorTrials > 0 ? "" : " (not measured)")}"))));

        output.Results.Write(facts);
    }

    private static string Rate(double eer, double low, double high) =>
        string.Create(CultureInfo.InvariantCulture, $"{eer:0.0%}, 95 % interval {low:0.0%} to {high:0.0%}");
}
