using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Speaker.Audio.Validation;
using Speaker.CommandLine;
using Speaker.CommandLine.Options;
using Speaker.Host.Demo;
using Speaker.Host.Presentation;
using Spectre.Console;

namespace Speaker.Host.Cli;

/// <summary><c>demo</c>.</summary>
internal static class DemoCommand
{
    private const string Meaning =
        "This error rate shows how well the encoder tells these volunteers apart on words they did not enrol with. " +
        "None of these clips was trained on. It is not the error rate on your data: there is one volunteer a " +
        "language, each with a microphone and a room of their own, which helps to tell them apart; they are few, so " +
        "the interval is wide; the clips are single letters and syllables; and some of the volunteers may have " +
        "recorded other words for the free collections that were trained on. Run 'speaker eval --corpus DIR' to " +
        "measure it on your own recordings.";

    public static Command Create()
    {
        var command = new Command("demo",
            "Enrol and verify real people: the volunteers of Debian's klettres-data, one for each language. Nothing " +
            "is kept.");
        command.SetVerb(async (parsed, output, cancellation) =>
        {
            var folder = Directory.CreateTempSubdirectory("speaker-demo-");
            try
            {
                using var host = VerbServices.CreateHost(
                    parsed, new GivenSetting(SettingKeys.Store, Path.Combine(folder.FullName, "voiceprints.db")));
                var time = host.Services.GetRequiredService<TimeProvider>();
                var started = time.GetTimestamp();
                var recognizer = host.Services.GetRequiredService<SpeakerRecognizer>();
                var loading = time.GetElapsedTime(started);
                var demonstration = new Demonstration(recognizer, time);
                var result = await WithProgressAsync(
                    output, progress => demonstration.RunAsync(progress, cancellation));
                result = result with { Steps = [("load the model", loading), .. result.Steps] };
                if (output.Json)
                {
                    WriteJson(result, recognizer.ModelHash);
                }
                else
                {
                    Show(result, recognizer.Encoder.Card.Name, output.Results);
                }

                return ExitCode.Done;
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        });
        return command;
    }

    private static Task<DemoResult> WithProgressAsync(
        VerbOutput output, Func<Action<string>, Task<DemoResult>> run) => Console.IsErrorRedirected
            ? run(_ => { })
            : output.Diagnostics.Status().StartAsync(
                "starting", status => run(step => status.Status(Markup.Escape(step))));

    private static void WriteJson(DemoResult result, string model) => VerbOutput.WriteJson(
        new DemoJson(
            result.Speakers, result.Trials.Count, result.Trials.Count(trial => trial.IsTarget),
            result.Trials.Count(trial => trial.IsTarget && !trial.IsRight),
            result.Trials.Count(trial => !trial.IsTarget && !trial.IsRight),
            result.Inconclusive, result.Eer, [result.EerInterval.Low, result.EerInterval.High],
            result.Trials[0].Answer.Threshold, result.Trials[0].Answer.TargetFar,
            Math.Round(result.Steps.Sum(step => step.Duration.TotalSeconds), 3), Meaning, model),
        JsonContracts.Output.DemoJson);

    private static void Show(DemoResult result, string model, IAnsiConsole console)
    {
        console.MarkupLine(string.Create(CultureInfo.InvariantCulture,
            $"[bold]{Plural.Of(result.Speakers, "volunteer")} of klettres-data, model {Markup.Escape(model)}[/]"));
        if (result.LeftOut > 0)
        {
            console.WriteLine($"{Plural.Of(result.LeftOut, "volunteer")} more left out, to keep this short");
        }

        console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{Demonstration.Description}; {result.EnrolledUtterances} enrolled, {result.RefusedAtEnrolment} refused " +
            "for too little speech"));
        ShowExamples(result, console);
        console.Write(Decisions(result));
        var targets = result.Trials.Where(trial => trial.IsTarget).ToArray();
        var impostors = result.Trials.Where(trial => !trial.IsTarget).ToArray();
        var summary = FactTable.Create();
        var first = result.Trials[0].Answer;
        summary.AddRow("threshold", Markup.Escape(DecisionPresenter.Threshold(first)));
        summary.AddRow("own voice", string.Create(CultureInfo.InvariantCulture,
            $"{targets.Count(trial => trial.IsRight)} of {targets.Length} accepted"));
        summary.AddRow("other voices", string.Create(CultureInfo.InvariantCulture,
            $"{impostors.Count(trial => trial.IsRight)} of {impostors.Length} rejected"));
        if (result.Inconclusive > 0)
        {
            summary.AddRow("inconclusive", Plural.Of(result.Inconclusive, "recording"));
        }

        summary.AddRow("equal error rate", string.Create(CultureInfo.InvariantCulture,
            $"[bold]{result.Eer:0.0%}[/], 95 % interval over speakers {result.EerInterval.Low:0.0%} to " +
            $"{result.EerInterval.High:0.0%}"));
        summary.AddRow("time", string.Join(", ", result.Steps.Select(step => string.Create(CultureInfo.InvariantCulture,
            $"{step.Step} {step.Duration.TotalSeconds:0.0} s"))));
        console.Write(summary);
        console.WriteLine(Meaning);
        console.WriteLine();
        console.WriteLine("What to type next, with recordings of your own:");
        console.WriteLine("  speaker enroll anna anna-monday.wav      enrol a voice under the name anna");
        console.WriteLine("  speaker verify anna who-is-this.wav      ask whether another recording is anna");
        console.WriteLine("  speaker live anna                        ask the same of the microphone");
        console.WriteLine("  speaker help                             every other verb");
    }

    /// <summary>One right accept and one right reject in words: a voice as itself, and the voice that comes nearest to it
    /// of those it was told apart from. Nothing where the model got no voice right.</summary>
    private static void ShowExamples(DemoResult result, IAnsiConsole console)
    {
        foreach (var claim in result.Trials.Where(trial => trial.Utterance == 1).GroupBy(trial => trial.Claim))
        {
            var own = claim.FirstOrDefault(trial => trial.IsTarget && trial.IsRight);
            var other = claim.Where(trial => !trial.IsTarget && trial.IsRight).MinBy(trial => trial.Answer.Distance);
            if (own is null || other is null)
            {
                continue;
            }

            var name = KlettresRecordings.NameOf(own.Claim);
            console.WriteLine();
            console.MarkupLine(
                $"The {name} volunteer claims to be the {name} volunteer: [green]accepted[/], which is right. Distance " +
                $"{DecisionPresenter.Distance(own.Answer.Distance)} is within the threshold " +
                $"{DecisionPresenter.Distance(own.Answer.Threshold)}.");
            console.MarkupLine(
                $"The {KlettresRecordings.NameOf(other.Voice)} volunteer claims to be the {name} volunteer: " +
                $"[red]rejected[/], which is right. Distance {DecisionPresenter.Distance(other.Answer.Distance)} is " +
                $"beyond the threshold {DecisionPresenter.Distance(other.Answer.Threshold)}.");
            console.WriteLine();
            return;
        }
    }

    /// <summary>Of every voice the first test utterance as itself, and as the nearest other speaker.</summary>
    private static Table Decisions(DemoResult result)
    {
        var table = new Table().Border(TableBorder.Rounded).Title("the first test utterance of each")
            .AddColumn("voice").AddColumn(new TableColumn("as itself").RightAligned()).AddColumn("decision")
            .AddColumn("as the nearest other").AddColumn(new TableColumn("distance").RightAligned())
            .AddColumn("decision");
        foreach (var voice in result.Trials.GroupBy(trial => trial.Voice))
        {
            // One that is inconclusive has no trials.
            var first = voice.Min(trial => trial.Utterance);
            var own = voice.Single(trial => trial.Utterance == first && trial.IsTarget);
            var nearest = voice.Where(trial => trial.Utterance == first && !trial.IsTarget)
                .MinBy(trial => trial.Answer.Distance)!;
            table.AddRow(
                KlettresRecordings.NameOf(own.Voice), DecisionPresenter.Distance(own.Answer.Distance), Verdict(own),
                KlettresRecordings.NameOf(nearest.Claim), DecisionPresenter.Distance(nearest.Answer.Distance),
                Verdict(nearest));
        }

        return table;
    }

    private static string Verdict(DemoTrial trial) =>
        DecisionPresenter.Markup(trial.Answer.Outcome) + (trial.IsRight ? ", right" : ", [red]wrong[/]");
}
