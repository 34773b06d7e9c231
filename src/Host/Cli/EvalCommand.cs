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
using Speaker.Models;
using Spectre.Console;

namespace Speaker.Host.Cli;

/// <summary><c>eval --corpus DIR</c> or <c>eval --trials FILE</c>.</summary>
internal static class EvalCommand
{
    /// <summary>Named here for the help; the program <c>speaker-train</c> parses a line that has it.</summary>
    private static readonly Option<string[]> LeaveOut = new("--leave-out")
    {
        Description = "Judge a training recipe instead: leave these corpora, or each in turn, out of training and measure " +
            "on them. It takes the options of train; 'speaker eval --leave-out --help' lists them. Default: measure the " +
            "model.",
        HelpName = "NAME,...",
        Arity = ArgumentArity.ZeroOrMore,
    };

    /// <summary>Whether a line is one for <c>speaker-train</c>.</summary>
    public static bool LeavesOut(ParseResult parsed) => parsed.GetResult(LeaveOut) is not null;

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
            Description = "Folder of sounds without speech, for --detector and the conditions of noise; only the " +
                "fifth that train --detector holds out is used. Default for the conditions: synthetic noise.",
            HelpName = "DIR",
        };
        var durations = new Option<double[]?>("--durations")
        {
            Description = "Also measure on so many seconds of speech, 0.1 to 3,600, such as 1,2,4, or none. " +
                "Default: 1,2,4 with --report, 0.5,1,2,4,8 with --write-card, otherwise none.",
            HelpName = "S,...",
            CustomParser = result => ParseList<double>(result, "--durations", "seconds of 0.1 or more, such as 1,2,4",
                text => StrictNumber.Real(text) is >= 0.1 and <= 3600 and var seconds ? seconds : null),
        };
        var conditions = new Option<ListeningCondition[]?>("--conditions")
        {
            Description = "Also measure with the test recordings, and with both, changed: noise15, noise or noise5 " +
                "(15, 10 or 5 dB below them), room (simulated), telephone (8 kHz, band and codec), opus (6 kbit/s), or " +
                "none. Default: noise, room and telephone with --report, all but noise with --write-card, otherwise " +
                "none.",
            HelpName = "NAME,...",
            CustomParser = result => ParseList<ListeningCondition>(
                result, "--conditions", string.Join(", ", Enum.GetValues<ListeningCondition>().Select(
                    ListeningConditions.NameOf)) + ", or some of them",
                text => Enum.GetValues<ListeningCondition>().Cast<ListeningCondition?>().FirstOrDefault(
                    condition => ListeningConditions.NameOf(condition!.Value) == text)),
        };
        var page = new Option<string?>("--report")
        {
            Description = "Also write all figures, DET curves, histograms of the distances and a map of the " +
                "embeddings as an HTML page. Default: no page.",
            HelpName = "FILE.html",
        };
        var against = new Option<string?>("--against")
        {
            Description = "Also measure this model on the same trials, and print its EER and the ratio of the two. " +
                "Speakers that it learnt from are left out too. Default: none.",
            HelpName = "MODEL",
        };
        var writeCard = FlagOption.Create(
            "--write-card", "Write the EER by seconds of speech and condition, with those of --against, into the card of " +
            "the model, MODEL.json and MODEL.md. Voiceprints stay valid.");
        var live = FlagOption.Create(
            "--live",
            "Measure live sessions instead: recordings of a speaker are joined and played, and judged at every look. With " +
            "--write-card the card takes the margins that a decision before the end needs.");
        var earlyFrr = NumberOption.Real("--early-frr", "RATE",
            "Share of the right speakers' sessions that a look may reject, for --live, above 0 and below 1. Default: 0.01.");
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
            against,
            writeCard,
            detector,
            live,
            earlyFrr,
            LeaveOut,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(detector) && (result.GetResult(corpus) is null || result.GetResult(noise) is null))
            {
                result.AddError("--detector needs --corpus DIR and --noise DIR.");
            }

            Option? without = new Option[] { durations, conditions, page, against, writeCard, trials }
                .FirstOrDefault(option => result.GetResult(option) is { Implicit: false });
            if (result.GetValue(detector) && without is not null)
            {
                result.AddError($"--detector does not take {without.Name}; leave it out.");
            }

            Option? notLive = new Option[] { trials, durations, maximumSeconds, conditions, noise, page, against, detector }
                .FirstOrDefault(option => result.GetResult(option) is { Implicit: false });
            if (result.GetValue(live) && notLive is not null)
            {
                result.AddError($"--live does not take {notLive.Name}; leave it out.");
            }

            if (!result.GetValue(live) && result.GetResult(earlyFrr) is not null)
            {
                result.AddError("--early-frr is for --live; leave it out, or give both.");
            }

            if (!result.GetValue(detector) && result.GetResult(noise) is not null
                && result.GetResult(page) is null && result.GetResult(conditions) is null && !result.GetValue(writeCard))
            {
                result.AddError("--noise is for --detector, --conditions, --report and --write-card; leave it out.");
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
                var recordings = Measured(parsed.GetValue(corpus)!, out var others, cancellation);
                CorpusNotes.Write(others);
                DetectionPresenter.Measure(
                    SpeechNetwork.Shipped,
                    recordings,
                    HeardNoises(parsed.GetValue(noise)!, cancellation).HeldOut,
                    output,
                    cancellation);
                return ExitCode.Done;
            }

            if (parsed.GetValue(live))
            {
                return LiveEvaluation.Run(
                    parsed, parsed.GetValue(corpus)!, parsed.GetValue(earlyFrr), parsed.GetValue(writeCard), output,
                    cancellation);
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
            var reference = parsed.GetValue(against) is { } other ? VoiceEncoder.Load(other, cancellation) : null;
            // As verify hears a recording, with every setting.
            var reading = settings.Utterance;
            var table = parsed.GetValue(writeCard);
            var options = new EvaluationOptions
            {
                TargetFar = settings.Verification.TargetFar,
                MaximumSeconds = parsed.GetValue(maximumSeconds),
                // An option for a list has the value of an empty one where it is not given.
                Durations = parsed.GetResult(durations) is not null ? parsed.GetValue(durations)!
                    : table ? [0.5, 1, 2, 4, 8] : library is not null ? [1, 2, 4] : [],
                Conditions = parsed.GetResult(conditions) is not null ? parsed.GetValue(conditions)!
                    : table
                    ? [
                        ListeningCondition.Noise15, ListeningCondition.Noise5, ListeningCondition.Room,
                        ListeningCondition.Telephone, ListeningCondition.Opus,
                    ]
                    : library is not null
                    ? [ListeningCondition.Noise, ListeningCondition.Room, ListeningCondition.Telephone]
                    : [],
                Noises = parsed.GetValue(noise) is { } folder ? Noises(folder, cancellation) : [],
                Drawings = library is not null,
            };
            var remainder = CorpusRemainder.None;
            // What they say belongs before the live line.
            var unlearnt = new UnlearntRecordings(encoder.Card);
            var unlearntByReference = reference is null ? null : new UnlearntRecordings(reference.Card, "the reference");
            var list = parsed.GetValue(trials);
            var source = list ?? parsed.GetValue(corpus)!;
            var folderOfTrials = list is null
                ? "" : parsed.GetValue(root) ?? Path.GetDirectoryName(Path.GetFullPath(list))!;
            var listed = list is null ? [] : unlearnt.Of(TrialList.Read(list, cancellation), folderOfTrials, list);
            listed = list is null ? [] : unlearntByReference?.Of(listed, folderOfTrials, list) ?? listed;
            var utterances = list is not null ? []
                : unlearnt.Of(Measured(source, out remainder, cancellation), source);
            utterances = list is not null ? [] : unlearntByReference?.Of(utterances, source) ?? utterances;
            var (report, compared) = WithStatus(output, step =>
            {
                step("reading recordings");
                var set = Read(encoder);
                var setOfReference = set;
                if (reference is not null && reference.Card.FrontEnd != encoder.Card.FrontEnd)
                {
                    step("reading recordings for the other front end");
                    (set, setOfReference) = EvaluationSet.Common(set, Read(reference));
                }

                var whole = string.Create(CultureInfo.InvariantCulture,
                    $"{Plural.Of(set.Items.Count, "utterance")} for {Plural.Of(set.Pairs.Count, "trial")}");
                step($"embedding {whole}");
                var own = Evaluator.Evaluate(encoder, set, options, cancellation);
                if (reference is null)
                {
                    return (own, null);
                }

                step($"embedding {whole} with {reference.Card.Name}");
                return (own, new ReferenceReport(
                    reference.Card.Name, reference.Hash,
                    Evaluator.Evaluate(reference, setOfReference, options with { Drawings = false }, cancellation)));

                EvaluationSet Read(VoiceEncoder model) => list is not null
                    ? EvaluationSet.FromTrials(
                        listed, folderOfTrials, model.Card.FrontEnd, reading, options, cancellation)
                    : EvaluationSet.FromCorpus(utterances, model.Card.FrontEnd, reading, options, cancellation);
            });
            CorpusNotes.Write(remainder, report.Skipped);

            var grid = compared?.Beside(report.Grid) ?? report.Grid;
            var card = table ? WriteCard() : null;
            EvalPresenter.Show(
                report, compared, grid, encoder.Hash, options.TargetFar, unlearnt.SpeakersLeftOut, card, output);
            if (library is not null)
            {
                var path = parsed.GetValue(page)!;
                EvaluationPage.Create(report, encoder, options.TargetFar, source).Save(path, library);
                VerbOutput.Note($"speaker: wrote {path}");
            }

            return ExitCode.Done;

            string WriteCard()
            {
                var path = ModelFiles.Resolve(VerbServices.ModelPath(host));
                var named = Path.GetFileName(Path.TrimEndingDirectorySeparator(source));
                var noises = options.Noises.Count == 0 ? "synthetic"
                    : Plural.Of(options.Noises.Count, "recording");
                var measuredOn = string.Create(CultureInfo.InvariantCulture,
                    $"recordings of {named}: {Plural.Of(report.All.Speakers, "speaker")}, noise: {noises}");
                var written = ModelFiles.UpdateCard(path, encoder.Card with
                {
                    Conditions = ConditionTable.ForCard(measuredOn, compared?.Name, grid),
                });
                AtomicFile.Write(ModelFiles.PagePathOf(path), stream => stream.Write(ModelCardPage.Of(written)));
                VerbOutput.Note($"speaker: wrote the table into {ModelFiles.CardPathOf(path)}");
                return ModelFiles.CardPathOf(path);
            }
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

    private static (EvaluationReport Report, ReferenceReport? Reference) WithStatus(
        VerbOutput output, Func<Action<string>, (EvaluationReport Report, ReferenceReport? Reference)> run) =>
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
