using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Speaker.CommandLine;
using Speaker.CommandLine.Reports;
using Speaker.Corpora;
using Speaker.Train.Studies;
using Speaker.Training.Runs;
using Speaker.Training.Studies;

namespace Speaker.Train;

/// <summary><c>study --corpus DIR</c>.</summary>
internal static class StudyCommand
{
    public static Command Create()
    {
        var corpus = new Option<string>("--corpus")
        {
            Description = "Recordings laid out as for train. Without a split in the manifest, a fifth of the " +
                "speakers is held out to measure on.",
            HelpName = "DIR",
            Required = true,
        };
        var folder = new Option<string>("--out")
        {
            Description = "Folder for features and finished runs; the same command continues from them. Default: " +
                "study.",
            HelpName = "DIR",
            DefaultValueFactory = _ => "study",
        };
        var teacher = new Option<string?>("--teacher")
        {
            Description = $"Model to learn from: reruns the claim '{ModelClaims.TeacherName}' too, what each of its terms gives. Default: not that claim.",
            HelpName = "MODEL",
        };
        var start = new Option<string?>("--init")
        {
            Description = $"Model to start from: reruns the claim '{ModelClaims.ShareName}' too, what its weights should weigh " +
                "in the mean of old and new. All claims then have its front end. Default: not that claim.",
            HelpName = "MODEL",
        };
        var only = new Option<string[]>("--only")
        {
            Description = "Rerun only these, by name. Default: all, which are " +
                $"{string.Join(", ", Claims.All.Select(claim => claim.Name).Append(MiningCost.Name))}, and " +
                $"{ModelClaims.TeacherName} and {ModelClaims.ShareName} with the options above.",
            HelpName = "NAME",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [],
        };
        var defaults = new StudyOptions { Folder = "" };
        var seeds = NumberOption.Whole(
            "--seeds", "N", $"Runs of each variant, 1 to 100. Default: {defaults.Seeds}.", 1, 100);
        var steps = NumberOption.Whole(
            "--steps", "N", $"Batches that a run trains on, 1 to 1,000,000. Default: {defaults.Steps}.", 1, 1_000_000);
        var jobs = NumberOption.Whole(
            "--jobs", "N", "Runs at once, each on one thread, 1 to 256. Default: as many as there are processors.",
            1, 256);
        var report = new Option<string?>("--report")
        {
            Description = "Also write a page with a plot of each claim, which opens in any browser. Default: no page.",
            HelpName = "FILE",
        };
        var command = new Command("study",
            "Rerun claims of the literature on triplet losses on your own recordings: small encoders, trained anew " +
            "for every variant and seed, with 95 % intervals over speakers and seeds. It first prints how long it " +
            "will take.")
        {
            corpus,
            folder,
            teacher,
            start,
            only,
            seeds,
            steps,
            jobs,
            report,
        };
        command.SetVerb((parsed, output, cancellation) =>
        {
            using var host = VerbServices.CreateHost(parsed);
            // Before the work: it says how to get it where it is missing.
            var library = parsed.GetValue(report) is null ? null : PlottingLibrary.Load();
            var from = Model(parsed.GetValue(start));
            var options = new StudyOptions
            {
                Folder = Path.GetFullPath(parsed.GetRequiredValue(folder)),
                Only = parsed.GetRequiredValue(only),
                Teacher = Model(parsed.GetValue(teacher)),
                Start = from,
                FrontEnd = from?.Card.FrontEnd ?? defaults.FrontEnd,
                Steps = parsed.GetValue(steps) ?? defaults.Steps,
                Seeds = parsed.GetValue(seeds) ?? defaults.Seeds,
                Jobs = parsed.GetValue(jobs) ?? defaults.Jobs,
            };
            var study = new Study(options, host.Services.GetRequiredService<TimeProvider>());
            var recordings = Corpus.Load(parsed.GetRequiredValue(corpus), Study.Division, cancellation);
            CorpusNotes.Write(recordings.Remainder);
            StudyResult result;
            try
            {
                result = StudyDisplay.Run(
                    output, options.Steps, display => study.Run(recordings, display, display, display, cancellation));
            }
            catch (OperationCanceledException)
            {
                VerbOutput.Note(
                    $"speaker: finished runs are kept in {options.Folder}; the same command continues with them");
                throw;
            }

            CorpusNotes.Write(result.Skipped);
            StudyPresenter.Show(result, output);
            if (library is not null)
            {
                StudyReport.Of(result).Save(parsed.GetValue(report)!, library);
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static StudyModel? Model(string? given) => given is null ? null : StudyModel.Find(given);
}
