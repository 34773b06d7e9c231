using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Speaker.CommandLine;
using Speaker.Enrolment;
using Speaker.Host.Presentation;
using Speaker.Recognition;
using Spectre.Console;

namespace Speaker.Host.Cli;

/// <summary><c>enroll NAME FILE…</c>.</summary>
internal static class EnrollCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "The speaker; a new name begins a new speaker." };
        var files = new Argument<string[]>("FILE")
        {
            Description = "Recordings of this one voice: WAV, FLAC, Ogg, Opus, MP3 or AIFF.",
            Arity = ArgumentArity.OneOrMore,
        };
        var consent = new Option<string?>("--consent")
        {
            Description = "Note what the speaker consented to, with the time, beside the voiceprint.",
            HelpName = "TEXT",
        };
        var command = new Command("enroll",
            "Add recordings to a speaker, all in one transaction. An utterance with too little speech, or unlike the " +
            "speaker's others, is refused with the reason; exit code 2 if one was. A file that cannot be read enrols " +
            "nothing.")
        {
            name,
            files,
            consent,
        };
        command.SetVerb((parsed, output, cancellation) =>
        {
            var speaker = parsed.GetRequiredValue(name);
            SpeakerName.Check(speaker);
            using var host = VerbServices.CreateHost(parsed);
            var embedder = host.Services.GetRequiredService<UtteranceEmbedder>();
            var paths = parsed.GetRequiredValue(files);
            var candidates = new List<EnrolmentCandidate>();
            foreach (var path in paths)
            {
                cancellation.ThrowIfCancellationRequested();
                candidates.Add(new EnrolmentCandidate(
                    Path.GetFileName(path), ListeningDisplay.Embed(embedder, path, output, cancellation)));
            }

            var consented = parsed.GetValue(consent);
            var report = host.Services.GetRequiredService<Enroller>().Enroll(speaker, candidates, consented,
                cancellation);
            var review = host.Services.GetRequiredService<QualityReview>();
            Show(report, paths, [.. candidates.Select(candidate => review.Of(candidate.Result))], consented, output);
            return report.Count(UtteranceStatus.Refused) > 0 ? ExitCode.Inconclusive : ExitCode.Done;
        });
        return command;
    }

    private static void Show(
        EnrolmentReport report, string[] paths, SampleQuality?[] qualities, string? consent, VerbOutput output)
    {
        if (output.Json)
        {
            VerbOutput.WriteJson(
                new EnrollJson(
                    report.Speaker,
                    [.. report.Verdicts.Select((verdict, i) => new EnrolledFileJson(
                        paths[i], Word(verdict.Status), verdict.Reason, Math.Round(verdict.SpeechSeconds, 3),
                        verdict.Distance, QualityPresenter.Json(qualities[i])))],
                    report.Count(UtteranceStatus.Accepted), report.Count(UtteranceStatus.Refused), report.Utterances,
                    Math.Round(report.SpeechSeconds, 3), report.Progress, consent, report.ModelHash),
                JsonContracts.Output.EnrollJson);
            return;
        }

        var table = new Table().Border(TableBorder.Rounded)
            .AddColumn("utterance").AddColumn("verdict")
            .AddColumn(new TableColumn("speech").RightAligned())
            .AddColumn(new TableColumn("distance").RightAligned())
            .AddColumn("reason");
        foreach (var verdict in report.Verdicts)
        {
            table.AddRow(
                Markup.Escape(verdict.Source),
                verdict.Status switch
                {
                    UtteranceStatus.Accepted => "[green]accepted[/]",
                    UtteranceStatus.Refused => "[red]refused[/]",
                    _ => "[yellow]already there[/]",
                },
                string.Create(CultureInfo.InvariantCulture, $"{verdict.SpeechSeconds:0.0} s"),
                DecisionPresenter.Distance(verdict.Distance),
                Markup.Escape(verdict.Reason));
        }

        output.Results.Write(table);
        for (var i = 0; i < qualities.Length; i++)
        {
            QualityPresenter.Write(report.Verdicts[i].Source, qualities[i], output.Results);
        }

        output.Results.MarkupLine(string.Create(CultureInfo.InvariantCulture,
            $"[bold]{Markup.Escape(report.Speaker)}[/]: " +
            $"{ProgressText(report.Utterances, report.SpeechSeconds, report.Progress)}"));
        if (report.Progress < 1)
        {
            output.Results.WriteLine("More speech makes a better enrolment: another day, room or microphone helps " +
                "most.");
        }
    }

    /// <summary>"3 utterances, 7.2 s of speech, 72 % of a good enrolment".</summary>
    private static string ProgressText(int utterances, double seconds, double progress) =>
        string.Create(CultureInfo.InvariantCulture,
            $"{utterances} {(utterances == 1 ? "utterance" : "utterances")}, {seconds:0.0} s of speech, " +
            $"{Math.Floor(progress * 100):0} % of a good enrolment");

    private static string Word(UtteranceStatus status) => status switch
    {
        UtteranceStatus.Accepted => "accepted",
        UtteranceStatus.Refused => "refused",
        _ => "alreadyEnrolled",
    };
}
