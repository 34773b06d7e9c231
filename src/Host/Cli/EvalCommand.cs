using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Spectre.Console;
using Speaker.Audio;
using Speaker.Host.Options;
using Speaker.Host.Training;
using Speaker.Model.Corpora;
using Speaker.Model.Encoding;
using Speaker.Model.Evaluation;
using Speaker.Model.SpeechDetection;

namespace Speaker.Host.Cli;

/// <summary><c>eval --corpus DIR</c> or <c>eval --trials FILE</c>.</summary>
internal static class EvalCommand
{
    public static Command Create()
    {
        var corpus = new Option<string?>("--corpus")
        {
            Description = "Recordings as DIR/<speaker>/**/<utterance>, or listed in DIR/manifest.csv: every pair of " +
                "one speaker, and pairs of speakers of one corpus. Where the manifest has a split, its dev part only.",
            HelpName = "DIR",
        };
        var trials = new Option<string?>("--trials")
        {
            Description = "Trials as VoxCeleb writes them, 'label enrol test' a line, label 1 for the same speaker.",
            HelpName = "FILE",
        };
        var root = new Option<string?>("--root")
        {
            Description = "What the names in --trials are relative to; otherwise the folder of that file.",
            HelpName = "DIR",
        };
        var targetFar = NumberOption.Real("--target-far", "RATE",
            "Report the model's threshold for this false-accept rate, above 0 and below 1.");
        var maximumSeconds = NumberOption.Real("--max-seconds", "S",
            "Use only the first seconds of speech of each utterance.");
        var detector = new Option<bool>("--detector")
        {
            Description = "Measure the speech detector instead: on the speech of --corpus in the sounds of --noise, and " +
                "on those sounds alone (the fifth of them that train --detector holds out).",
        };
        var noise = new Option<string?>("--noise")
        {
            Description = "Folder of sounds without speech, for --detector.",
            HelpName = "DIR",
        };
        var command = new Command("eval",
            "Measure the encoder on recordings of your own: error rates with the 95 % interval over speakers, each " +
            "corpus alone and all together, impostors from within a corpus.")
        {
            corpus,
            trials,
            root,
            targetFar,
            maximumSeconds,
            detector,
            noise,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(detector) && (result.GetResult(corpus) is null || result.GetResult(noise) is null))
            {
                result.AddError("--detector needs --corpus DIR and --noise DIR.");
            }

            if (!result.GetValue(detector) && result.GetResult(noise) is not null)
            {
                result.AddError("--noise is for --detector; leave it out.");
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
                DetectorTraining.Measure(
                    SpeechNetwork.Shipped,
                    Measured(parsed.GetValue(corpus)!, cancellation),
                    NoiseFolder.Load(parsed.GetValue(noise)!, cancellation).HeldOut,
                    output,
                    cancellation);
                return ExitCode.Done;
            }

            using var host = VerbServices.CreateHost(
                parsed,
                ($"{VerificationOptions.Section}:{nameof(VerificationOptions.TargetFar)}",
                    VerbServices.Text(parsed.GetValue(targetFar))));
            var encoder = host.Services.GetRequiredService<VoiceEncoder>();
            var reading = new UtteranceOptions
            {
                MinimumSpeechSeconds =
                    host.Services.GetRequiredService<IOptions<UtteranceSettings>>().Value.MinimumSpeechSeconds,
            };
            var options = new EvaluationOptions
            {
                TargetFar = host.Services.GetRequiredService<IOptions<VerificationOptions>>().Value.TargetFar,
                MaximumSeconds = parsed.GetValue(maximumSeconds),
            };
            var report = WithStatus(output, step =>
            {
                step("reading recordings");
                var set = parsed.GetValue(trials) is { } list
                    ? EvaluationSet.FromTrials(
                        TrialList.Read(list, cancellation),
                        parsed.GetValue(root) ?? Path.GetDirectoryName(Path.GetFullPath(list))!,
                        encoder.Card.FrontEnd, reading, options, cancellation)
                    : EvaluationSet.FromCorpus(
                        Measured(parsed.GetValue(corpus)!, cancellation), encoder.Card.FrontEnd, reading, options,
                            cancellation);
                step(string.Create(CultureInfo.InvariantCulture,
                    $"embedding {set.Items.Count:#,0} utterances for {set.Pairs.Count:#,0} trials"));
                return Evaluator.Evaluate(encoder, set, options, cancellation);
            });
            foreach (var skipped in report.Skipped)
            {
                VerbOutput.Note($"speaker: left out {skipped.Path}: {skipped.Reason}");
            }

            Show(report, options.TargetFar, output);
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>The dev part of a corpus whose manifest divides it; otherwise everything, as nothing of it was trained
    /// on.</summary>
    private static IReadOnlyList<CorpusUtterance> Measured(string directory, CancellationToken cancellation)
    {
        var corpus = Corpus.Load(directory, new CorpusOptions { DevFraction = 0 }, cancellation);
        var dev = corpus.Of(CorpusSplit.Dev);
        return dev.Count > 0 ? dev : corpus.Utterances;
    }

    private static EvaluationReport WithStatus(VerbOutput output, Func<Action<string>, EvaluationReport> run) =>
        Console.IsErrorRedirected
            ? run(VerbOutput.Note)
            : output.Diagnostics.Status().Start("starting", status => run(step => status.Status(Markup.Escape(step))));

    private static void Show(EvaluationReport report, double targetFar, VerbOutput output)
    {
        if (output.Json)
        {
            var all = report.All;
            VerbOutput.WriteJson(
                new EvalJson(
                    all.Trials, all.Targets, all.Speakers, all.Eer, [all.EerInterval.Low, all.EerInterval.High],
                        all.MinDcf01,
                    all.MinDcf05, all.ActDcf01, all.Cllr, all.Threshold,
                    report.ByCorpus.ToDictionary(corpus => corpus.Key, corpus => new EvalCorpusJson(
                        corpus.Value.Trials, corpus.Value.Targets, corpus.Value.Speakers, corpus.Value.Eer,
                        [corpus.Value.EerInterval.Low, corpus.Value.EerInterval.High],
                        corpus.Value.MinDcf01, corpus.Value.MinDcf05)),
                    report.Skipped.Count),
                JsonContracts.Output.EvalJson);
            return;
        }

        var rows = report.ByCorpus
            .Select(pair => (Markup.Escape(pair.Key + (report.Pieces.Contains(pair.Key) ? " *" : "")), pair.Value))
            .ToList();
        if (rows.Count != 1)
        {
            rows.Add(("[bold]together[/]", report.All));
        }

        output.Results.Write(Tabulate(
            rows, ["speakers", "targets", "trials", "EER", "95 %", "FAR", "FRR"], figures =>
            [
                Count(figures.Speakers), Count(figures.Targets), Count(figures.Trials), Percent(figures.Eer),
                $"{Percent(figures.EerInterval.Low)} - {Percent(figures.EerInterval.High)}",
                Percent(figures.Far), Percent(figures.Frr),
            ]));
        output.Results.Write(Tabulate(
            rows, ["minDCF 0.01", "minDCF 0.05", "actDCF 0.01", "Cllr"], figures =>
            [
                Number(figures.MinDcf01), Number(figures.MinDcf05), Number(figures.ActDcf01), Number(figures.Cllr),
            ]));
        output.Results.WriteLine(report.All.Threshold is { } threshold
            ? string.Create(CultureInfo.InvariantCulture,
                $"FAR and FRR are at {threshold:0.000}, the model's threshold for {targetFar:0.####%} false accepts.")
            : "The model has no threshold for that false-accept rate, so there is no FAR and FRR.");
        if (report.Pieces.Count > 0)
        {
            output.Results.WriteLine(
                "* one utterance a speaker: trials are between pieces of it, in one session, and easier than real " +
                "ones.");
        }
    }

    private static Table Tabulate(
        List<(string Name, EvaluationFigures Figures)> rows, string[] headings, Func<EvaluationFigures, string[]> cells)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn("corpus");
        foreach (var heading in headings)
        {
            table.AddColumn(new TableColumn(heading).RightAligned());
        }

        foreach (var (name, figures) in rows)
        {
            table.AddRow([name, .. cells(figures)]);
        }

        return table;
    }

    private static string Count(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    private static string Percent(double? value) => value?.ToString("0.0%", CultureInfo.InvariantCulture) ?? "-";

    private static string Number(double? value) => value?.ToString("0.000", CultureInfo.InvariantCulture) ?? "-";
}
