using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Speaker.Audio.Features;
using Speaker.Audio.SpeechDetection;
using Speaker.Audio.SpeechDetection.TimeDelayNetwork;
using Speaker.Audio.Validation;
using Speaker.Augmentation;
using Speaker.CommandLine;
using Speaker.CommandLine.Options;
using Speaker.CommandLine.Reports;
using Speaker.Corpora;
using Speaker.Evaluation;
using Speaker.Host.Presentation;
using Speaker.Inference;
using Spectre.Console;

namespace Speaker.Host.Cli;

/// <summary><c>eval --corpus DIR</c> or <c>eval --trials FILE</c>.</summary>
internal static class EvalCommand
{
    public static Command Create()
    {
        var corpus = new Option<string?>("--corpus")
        {
            Description = "Recordings as DIR/<speaker>/**/<utterance>, or listed in DIR/manifest.csv. Trials are " +
                "all pairs of one speaker, and pairs of two speakers of one corpus. If the manifest has a split, " +
                "only its dev part is used. Speakers that the model learnt from are left out. Give this or --trials.",
            HelpName = "DIR",
        };
        var trials = new Option<string?>("--trials")
        {
            Description = "Trials in VoxCeleb's format, a line each: 'label enrol test', label 1 for the same speaker. " +
                "Give this or --corpus.",
            HelpName = "FILE",
        };
        var root = new Option<string?>("--root")
        {
            Description = "Folder that the names in --trials are relative to. Default: the folder of that file.",
            HelpName = "DIR",
        };
        var targetFar = NumberOption.Real("--target-far", "RATE",
            "Report FAR and FRR at the model's threshold for this false-accept rate, above 0 and below 1. Default: " +
            "0.01.");
        var maximumSeconds = NumberOption.Real("--max-seconds", "S",
            "Use only the first seconds of speech of each utterance, 0.1 to 3,600. Default: all.", 0.1, 3600);
        var detector = FlagOption.Create(
            "--detector",
            "Measure the speech detector instead: on the speech of --corpus mixed with the sounds of --noise, and on " +
            "those sounds alone.");
        var noise = new Option<string?>("--noise")
        {
            Description = "Folder of sounds without speech, for --detector and the condition noise; only the fifth " +
                "that train --detector holds out is used. Default for the condition: synthetic noise.",
            HelpName = "DIR",
        };
        var durations = new Option<double[]?>("--durations")
        {
            Description = "Also measure on so many seconds of speech, 0.1 to 3,600, such as 1,2,4, or none. " +
                "Default: 1,2,4 with --report, otherwise none.",
            HelpName = "S,...",
            CustomParser = result => ParseList<double>(result, "--durations", "seconds of 0.1 or more, such as 1,2,4",
                text => StrictNumber.Real(text) is >= 0.1 and <= 3600 and var seconds ? seconds : null),
        };
        var conditions = new Option<ListeningCondition[]?>("--conditions")
        {
            Description = "Also measure with the test recordings changed: noise (10 dB below them), room " +
                "(simulated), telephone (band and codec), or none. Default: all three with --report, otherwise " +
                "none.",
            HelpName = "NAME,...",
            CustomParser = result => ParseList<ListeningCondition>(
                result, "--conditions", "noise, room, telephone, or some of them",
                text => Enum.GetValues<ListeningCondition>().Cast<ListeningCondition?>().FirstOrDefault(
                    condition => EvalPresenter.NameOf(condition!.Value) == text)),
        };
        var page = new Option<string?>("--report")
        {
            Description = "Also write all figures, DET curves, histograms of the distances and a map of the " +
                "embeddings as an HTML page. Default: no page.",
            HelpName = "FILE.html",
        };
        var command = new Command("eval",
            "Measure the model on your own recordings: error rates with 95 % intervals over speakers, for each " +
            "corpus and for all together. Impostors are from the same corpus.")
        {
            corpus,
            trials,
            root,
            targetFar,
            maximumSeconds,
            durations,
            conditions,
            noise,
            page,
            detector,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(detector) && (result.GetResult(corpus) is null || result.GetResult(noise) is null))
            {
                result.AddError("--detector needs --corpus DIR and --noise DIR.");
            }

            Option? without = new Option[] { durations, conditions, page, trials }
                .FirstOrDefault(option => result.GetResult(option) is not null);
            if (result.GetValue(detector) && without is not null)
            {
                result.AddError($"--detector does not take {without.Name}; leave it out.");
            }

            if (!result.GetValue(detector) && result.GetResult(noise) is not null
                && result.GetResult(page) is null && result.GetResult(conditions) is null)
            {
                result.AddError("--noise is for --detector, --conditions and --report; leave it out.");
            }

            if ((result.GetResult(corpus) is null) == (result.GetResult(trials) is null))
            {
                result.AddError("Give --corpus DIR or --trials FILE, one of them.");
            }
        });
        command.SetVerb((parsed, output, cancellation) =>
        {
            if (parsed.GetValue(detector))
            {
                var recordings = Measured(parsed.GetValue(corpus)!, out var beside, cancellation);
                CorpusNotes.Write(beside);
                DetectionPresenter.Measure(
                    SpeechNetwork.Shipped,
                    recordings,
                    HeardNoises(parsed.GetValue(noise)!, cancellation).HeldOut,
                    output,
                    cancellation);
                return ExitCode.Done;
            }

            // Before minutes of work, not after them.
            var library = parsed.GetValue(page) is null ? null : PlottingLibrary.Load();
            using var host = VerbServices.CreateHost(
                parsed,
                new GivenSetting(
                    $"{SettingKeys.Verification}:{nameof(VerificationOptions.TargetFar)}",
                    VerbServices.Text(parsed.GetValue(targetFar)), targetFar.Name));
            var encoder = host.Services.GetRequiredService<VoiceEncoder>();
            var settings = host.Services.GetRequiredService<IOptions<SpeakerOptions>>().Value;
            // As verify hears a recording, with every setting.
            var reading = settings.Utterance;
            var options = new EvaluationOptions
            {
                TargetFar = settings.Verification.TargetFar,
                MaximumSeconds = parsed.GetValue(maximumSeconds),
                // An option for a list has the value of an empty one where it is not given.
                Durations = parsed.GetResult(durations) is not null ? parsed.GetValue(durations)!
                    : library is not null ? [1, 2, 4] : [],
                Conditions = parsed.GetResult(conditions) is not null ? parsed.GetValue(conditions)!
                    : library is not null ? Enum.GetValues<ListeningCondition>() : [],
                Noises = parsed.GetValue(noise) is { } folder ? Noises(folder, cancellation) : [],
                Drawings = library is not null,
            };
            var remainder = CorpusRemainder.None;
            // What they say belongs before the live line.
            var unlearnt = new UnlearntRecordings(encoder.Card);
            var list = parsed.GetValue(trials);
            var folderOfTrials = list is null
                ? "" : parsed.GetValue(root) ?? Path.GetDirectoryName(Path.GetFullPath(list))!;
            var listed = list is null ? [] : unlearnt.Of(TrialList.Read(list, cancellation), folderOfTrials, list);
            var utterances = list is not null ? []
                : unlearnt.Of(
                    Measured(parsed.GetValue(corpus)!, out remainder, cancellation), parsed.GetValue(corpus)!);
            var report = WithStatus(output, step =>
            {
                step("reading recordings");
                var set = list is not null
                    ? EvaluationSet.FromTrials(
                        listed, folderOfTrials, encoder.Card.FrontEnd, reading, options, cancellation)
                    : EvaluationSet.FromCorpus(
                        utterances, encoder.Card.FrontEnd, reading, options, cancellation);
                step(string.Create(CultureInfo.InvariantCulture,
                    $"embedding {Plural.Of(set.Items.Count, "utterance")} for {Plural.Of(set.Pairs.Count, "trial")}"));
                return Evaluator.Evaluate(encoder, set, options, cancellation);
            });
            CorpusNotes.Write(remainder, report.Skipped);

            EvalPresenter.Show(report, encoder.Hash, options.TargetFar, unlearnt.SpeakersLeftOut, output);
            if (library is not null)
            {
                var path = parsed.GetValue(page)!;
                var source = parsed.GetValue(corpus) ?? parsed.GetValue(trials)!;
                EvaluationPage.Create(report, encoder, options.TargetFar, source).Save(path, library);
                VerbOutput.Note($"speaker: wrote {path}");
            }

            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>The dev part of a corpus whose manifest divides it; otherwise everything, as nothing of it was trained
    /// on.</summary>
    internal static IReadOnlyList<CorpusUtterance> Measured(
        string directory, out CorpusRemainder remainder, CancellationToken cancellation)
    {
        var corpus = Corpus.Load(directory, new CorpusOptions { DevFraction = 0 }, cancellation);
        remainder = corpus.Remainder;
        var dev = corpus.Of(CorpusSplit.Dev);
        return dev.Count > 0 ? dev : corpus.Utterances;
    }

    private static EvaluationReport WithStatus(VerbOutput output, Func<Action<string>, EvaluationReport> run) =>
        Console.IsErrorRedirected
            ? run(VerbOutput.Note)
            : output.Diagnostics.Status().Start("starting", status => run(step => status.Status(Markup.Escape(step))));

    /// <summary>Sounds that nothing was trained on where the folder has enough to hold some out; otherwise
    /// all.</summary>
    private static IReadOnlyList<float[]> Noises(string directory, CancellationToken cancellation)
    {
        var folder = HeardNoises(directory, cancellation);
        var sounds = folder.HeldOut.Count > 0 ? folder.HeldOut : folder.All;
        return sounds.Count > 0
            ? [.. sounds.Select(sound => sound.Samples)]
            : throw new UsageException($"{directory} holds no sound of 0.1 s or more");
    }

    private static NoiseFolder HeardNoises(string directory, CancellationToken cancellation)
    {
        var folder = NoiseFolder.Load(directory, cancellation);
        CorpusNotes.Write(folder.Skipped);
        return folder;
    }

    private static T[]? ParseList<T>(ArgumentResult result, string name, string needed, Func<string, T?> parse)
        where T : struct
    {
        if (result.Tokens is not [var token])
        {
            // No value at all, or several: the parser's own error says so.
            return null;
        }

        if (token.Value == "none")
        {
            return [];
        }

        var values = token.Value.Split(',', StringSplitOptions.TrimEntries).Select(parse).ToArray();
        if (values.All(value => value is not null))
        {
            return [.. values.Select(value => value!.Value).Distinct()];
        }

        result.AddError($"{name} is '{token.Value}'; it takes {needed}, or none.");
        return null;
    }
}
