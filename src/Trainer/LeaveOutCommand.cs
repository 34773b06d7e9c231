using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Speaker.Audio.Validation;
using Speaker.CommandLine;
using Speaker.Corpora;
using Speaker.Train.Studies;
using Speaker.Training.Studies;

namespace Speaker.Train;

/// <summary><c>eval --leave-out</c>: the part of <c>eval</c> that trains.</summary>
internal static class LeaveOutCommand
{
    private const int Steps = 500;
    private const string Features = "leave-out.features";

    public static Command Create()
    {
        var corpus = new Option<string>("--corpus")
        {
            Description = "Folder whose manifest.csv names the corpus of each recording.",
            HelpName = "DIR",
            Required = true,
        };
        var groups = new Option<string[]>("--leave-out")
        {
            Description = "Corpora, separated by commas, that are left out of training and judged together; give it once for " +
                "each group, or alone for each corpus in turn.",
            HelpName = "NAME,...",
            Arity = ArgumentArity.ZeroOrMore,
            Required = true,
        };
        var utterances = NumberOption.Whole(
            "--utterances", "N", "Utterances of each left-out speaker that are judged, at most, 2 to 10,000. Default: 12.");
        var recipe = new TrainingArguments(
            Invariant($"Batches that each run trains on, 1 or more. Default: {Steps}, whatever --options says."),
            $"Folder that keeps the features for this run and later ones. Default: {Features}.");
        var command = new Command("eval",
            "Judge a training recipe on corpora that it did not learn from: each group is left out in turn, a run is " +
            "trained on the train part of the others, and its last weights are measured on the group by cosine alone. " +
            "Speakers that --init or --teacher learnt from are not judged. The options are those of train. Without " +
            "--leave-out, eval measures a model.")
        {
            corpus,
            groups,
            utterances,
        };
        recipe.AddTo(command);
        command.SetVerb((parsed, output, cancellation) =>
        {
            using var host = VerbServices.CreateHost(parsed);
            var options = new LeaveOutOptions
            {
                Training = recipe.Read(parsed, Path.GetFullPath(Features), Steps),
                Groups = Groups(parsed.GetRequiredValue(groups)),
            };
            options = options with { Utterances = parsed.GetValue(utterances) ?? options.Utterances };
            var study = new LeaveOutStudy(options, host.Services.GetRequiredService<TimeProvider>());
            var recordings = Corpus.Load(
                parsed.GetRequiredValue(corpus), new CorpusOptions { DevFraction = 0 }, cancellation);
            CorpusNotes.Write(recordings.Remainder);
            var result = LeaveOutDisplay.Run(
                output, display => study.Run(recordings, display, display, display, cancellation));
            CorpusNotes.Write(result.Skipped);
            if (result.LearntLeftOut is null)
            {
                VerbOutput.Note(
                    "speaker: warning: the card of --init or --teacher does not say who all the speakers are that it learnt " +
                    "from; any that are here were judged, and make the figures too good");
            }
            else if (result.LearntLeftOut > 0)
            {
                VerbOutput.Note(
                    $"speaker: not judged: {Plural.Of(result.LearntLeftOut.Value, "speaker")} that --init or --teacher learnt " +
                    "from");
            }

            LeaveOutPresenter.Show(result, output);
            return ExitCode.Done;
        });
        return command;
    }

    private static string[][] Groups(string[] given)
    {
        string[][] groups = [.. given.Select(group => group.Split(',', StringSplitOptions.TrimEntries))];
        return groups.SelectMany(group => group).Any(name => name.Length == 0)
            ? throw new UsageException(
                $"--leave-out is '{string.Join(' ', given)}': names of corpora are needed, separated by single commas")
            : groups;
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
