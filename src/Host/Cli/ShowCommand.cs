using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Speaker.CommandLine;
using Speaker.Enrolment;
using Speaker.Host.Presentation;
using Speaker.Recognition;
using Spectre.Console;

namespace Speaker.Host.Cli;

/// <summary><c>show NAME</c>.</summary>
internal static class ShowCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "The enrolled speaker." };
        var command = new Command("show",
            "Show a speaker's utterances: id, when it was added, seconds of speech, the distance to the rest of the " +
            "speaker's utterances, the quality of the recording, and the note of 'enroll --force'. One " +
            "that is far from the rest may be of another voice: 'speaker remove NAME " +
            "--utterance ID' takes it out.")
        {
            name,
        };
        command.SetVerb(async (parsed, output, cancellation) =>
        {
            using var host = VerbServices.CreateHost(parsed);
            var recognizer = host.Services.GetRequiredService<ISpeakerRecognizer>();
            var store = host.Services.GetRequiredService<IEditableStore>();
            var wanted = parsed.GetRequiredValue(name);
            var speaker = await store.ReadAsync(wanted, recognizer.ModelHash, cancellation)
                ?? throw new UsageException(
                    $"unknown speaker '{wanted}' in store {store.Location}: run 'speaker list' to see who is enrolled");
            Show(
                speaker, SpeakerPresenter.Distances(speaker, recognizer),
                new QualityReview(host.Services.GetRequiredService<IOptions<SpeakerOptions>>().Value.Quality),
                recognizer.ModelHash, output);
            return ExitCode.Done;
        });
        return command;
    }

    private static void Show(
        KeptSpeaker speaker, double?[] distances, QualityReview review, string model, VerbOutput output)
    {
        if (output.Json)
        {
            VerbOutput.WriteJson(
                SpeakerPresenter.Json(speaker, distances, review, model), JsonContracts.Output.ShowJson);
            return;
        }

        var table = new Table().Border(TableBorder.Rounded)
            .AddColumn(new TableColumn("id").RightAligned()).AddColumn("utterance").AddColumn("added")
            .AddColumn(new TableColumn("speech").RightAligned())
            .AddColumn(new TableColumn("distance to the rest").RightAligned());
        for (var i = 0; i < distances.Length; i++)
        {
            var (id, utterance, addedAt) = speaker.Utterances[i];
            table.AddRow(
                id.ToString(CultureInfo.InvariantCulture), Markup.Escape(utterance.Source),
                addedAt.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture),
                string.Create(CultureInfo.InvariantCulture, $"{utterance.SpeechSeconds:0.0} s"),
                DecisionPresenter.Distance(distances[i]));
        }

        output.Results.Write(table);
        foreach (var (id, utterance, _) in speaker.Utterances)
        {
            var quality = utterance.Quality is { } kept ? QualityPresenter.Text(kept) : "quality not kept";
            output.Results.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{id} {utterance.Source}: {quality}"));
            foreach (var warning in SpeakerPresenter.Warnings(utterance, review))
            {
                output.Results.MarkupLine($"  [yellow]warning[/] {Markup.Escape(warning.Message)}");
            }

            if (utterance.Note is { } note)
            {
                output.Results.MarkupLine($"  [yellow]enrolled by force[/] {Markup.Escape(note)}");
            }
        }

        output.Results.WriteLine(speaker.Consent is null
            ? $"{speaker.Name}: no consent is noted."
            : $"{speaker.Name}: consented to '{speaker.Consent}'.");
    }
}
