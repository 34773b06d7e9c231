using System.Buffers;
using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
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
    /// <summary>In the place of a model: random weights.</summary>
    private const string NoModel = "none";

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
        var init = new Option<string[]>("--init")
        {
            Description = "Start from this model's weights, front end and architecture, such as 'accurate', the " +
                "model that ships. Give it several times to make their networks the branches of one model, whose " +
                "cosine is the mean of theirs; --steps 0 keeps their weights. 'none' starts from random weights. " +
                "Default: accurate, which is refined: it learns from itself as the teacher and keeps half of its " +
                "weights.",
            HelpName = "MODEL",
            DefaultValueFactory = _ => [],
        };
        // The name of --init before there was --teacher, for commands that stand in cards.
        var from = new Option<string[]>("--from") { Hidden = true, DefaultValueFactory = _ => [] };
        var teacher = new Option<string?>("--teacher")
        {
            Description = "Learn from this model too: what it makes of a whole clean recording is what any changed " +
                "crop of it should give. Default: no teacher.",
            HelpName = "MODEL",
        };
        var unlabelled = new Option<string[]>("--unlabelled")
        {
            Description = "Folder of recordings whose speakers nobody knows, for learning from the teacher; give it " +
                "once for each folder. Default: none.",
            HelpName = "DIR",
            DefaultValueFactory = _ => [],
        };
        var average = NumberOption.Real(
            "--average", "SHARE", "Write the mean of the weights of --init, with this share, 0 to 1, and the learnt " +
            "ones; with --steps 0 and two --init, of the second and the first. Default: 0, the learnt ones.", 0, 1);
        var overwrite = FlagOption.Create(
            "--overwrite", "Replace what is at --out, if anything is; otherwise that is an error.");
        var steps = NumberOption.Whole("--steps", "N", "Batches to train on, 1 or more, or 0 with --init. Default: " +
            "150 from accurate, otherwise 4,000; with --detector 8,000.", 0);
        var seed = NumberOption.Whole("--seed", "N", "Seed of every random choice, a whole number. Default: 1.");
        var noise = new Option<string?>("--noise") { Description = "Folder of noises to mix in. Default: no such " +
            "noise.", HelpName = "DIR" };
        var rooms = new Option<string?>("--rooms")
        {
            Description = "Folder of room impulse responses. Default: simulated rooms only.",
            HelpName = "DIR",
        };
        var features = new Option<string?>("--features")
        {
            Description = "Folder that keeps the features for this run and later ones. Default: MODEL.features.",
            HelpName = "DIR",
        };
        var licences = new Option<string?>("--licences")
        {
            Description = "JSON object with the licence of each corpus by its name, for the model card. Default: " +
                "none are given.",
            HelpName = "FILE",
        };
        var options = new Option<string?>("--options")
        {
            Description = "JSON file of training options, with the names that --set takes. Default: the default of " +
                "every option.",
            HelpName = "FILE",
        };
        var set = new Option<string[]>("--set")
        {
            Description = "One training option, such as tripletMargin=0.3, softmaxWeight=0 (triplets alone), " +
                "sampling.speakers=32 or crops.longestSeconds=3; give it once for each option.",
            HelpName = "NAME=VALUE",
            DefaultValueFactory = _ => [],
        };
        var detector = FlagOption.Create(
            "--detector",
            "Train the speech detector instead; needs --noise, and writes its network to the file --out.");
        var command = new Command("train",
            "Train an encoder on your own recordings. Ctrl-C keeps a checkpoint; --resume continues from it.")
        {
            corpus,
            model,
            init,
            from,
            average,
            teacher,
            unlabelled,
            resume,
            overwrite,
            steps,
            seed,
            noise,
            rooms,
            features,
            licences,
            options,
            set,
            detector,
        };
        command.SetVerb((parsed, output, cancellation) =>
        {
            if (parsed.GetValue(detector))
            {
                foreach (Option other in (Option[])[
                    init, from, average, teacher, unlabelled, resume, features, licences, options, set,
                ])
                {
                    if (parsed.GetResult(other) is { Implicit: false })
                    {
                        throw new UsageException(
                            $"train --detector does not take {other.Name}: it is for the encoder only; leave it out");
                    }
                }

                if (parsed.GetValue(steps) == 0)
                {
                    throw new UsageException("--steps is '0', train --detector needs 1 or more");
                }

                CheckTarget(parsed.GetValue(overwrite), parsed.GetRequiredValue(model));
                var defaults = new DetectorTrainingOptions();
                DetectorTraining.Train(
                    defaults with
                    {
                        Steps = parsed.GetValue(steps) ?? defaults.Steps,
                        Seed = parsed.GetValue(seed) ?? defaults.Seed,
                    },
                    parsed.GetRequiredValue(corpus),
                    parsed.GetValue(noise) ?? throw new UsageException("train --detector needs --noise DIR"),
                    parsed.GetValue(rooms),
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
            var (run, settings) = Options();
            var time = host.Services.GetRequiredService<TimeProvider>();
            var trainer = Create(run, settings, time);
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

            (TrainingOptions Options, TrainingSettings Settings) Options()
            {
                try
                {
                    var settings = TrainingSettings.Read(parsed.GetValue(options));
                    foreach (var assignment in parsed.GetRequiredValue(set))
                    {
                        settings.Set(assignment);
                    }

                    string[] start = [.. parsed.GetRequiredValue(init), .. parsed.GetRequiredValue(from)];
                    if (start.Length == 0)
                    {
                        start = [ShippedModels.Accurate];
                    }

                    if (start is not [NoModel])
                    {
                        CheckNetworkIsFree(settings, start[0]);
                        settings.StartFrom(
                            start, averaged: parsed.GetValue(steps) == 0 && parsed.GetValue(average) > 0);
                    }

                    if (start is [ShippedModels.Accurate])
                    {
                        settings.Refine(start[0]);
                    }

                    if (parsed.GetValue(teacher) is { } known)
                    {
                        settings.LearnFrom(known);
                    }

                    if (parsed.GetRequiredValue(unlabelled) is { Length: > 0 } folders)
                    {
                        settings.Set("unlabelled", new JsonArray([.. folders.Select(folder =>
                            JsonValue.Create(Path.GetFullPath(folder)))]));
                    }

                    SetGiven("initialShare", average);
                    SetGiven("steps", steps);
                    SetGiven("seed", seed);
                    SetGiven("bank.noiseDirectory", noise);
                    SetGiven("bank.roomDirectory", rooms);
                    SetGiven("bank.folder", features);
                    return (settings.ToOptions(Path.ChangeExtension(path, ".features")), settings);

                    void SetGiven<T>(string name, Option<T?> option)
                    {
                        if (parsed.GetValue(option) is { } value)
                        {
                            settings.Set(name, JsonValue.Create(value), option.Name);
                        }
                    }
                }
                catch (ArgumentException exception)
                {
                    throw new UsageException(exception.Message, exception);
                }
            }
        });
        return command;
    }

    /// <summary>A model's network cannot be chosen again.</summary>
    private static void CheckNetworkIsFree(TrainingSettings settings, string model)
    {
        if (settings.Groups.Intersect(["encoder", "frontEnd"]).FirstOrDefault() is { } given)
        {
            throw new ArgumentException(
                $"the options set {given}, which the model {model} fixes: leave it out, or start from random weights with " +
                $"--init {NoModel}");
        }
    }

    /// <exception cref="UsageException">An option is out of its bounds.</exception>
    private static Trainer Create(TrainingOptions options, TrainingSettings settings, TimeProvider time)
    {
        try
        {
            return new Trainer(options, time);
        }
        catch (OptionsValidationException exception) when (settings.Explain(exception) is { } explained)
        {
            throw new UsageException(explained, exception);
        }
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
