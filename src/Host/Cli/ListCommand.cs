using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Speaker.CommandLine;
using Speaker.Host.Presentation;
using Speaker.Models;
using Spectre.Console;

namespace Speaker.Host.Cli;

/// <summary><c>list</c>.</summary>
internal static class ListCommand
{
    /// <summary>As much of a model's hash as a screen needs to tell models apart.</summary>
    private const int ShortHash = 12;

    public static Command Create()
    {
        var command = new Command("list", "Show who is enrolled. With --json, one object a speaker.");
        command.SetVerb(async (parsed, output, cancellation) =>
        {
            using var host = VerbServices.CreateHost(parsed);
            var good = host.Services.GetRequiredService<IOptions<SpeakerOptions>>().Value.Enrolment;
            // The store alone: a list needs no model.
            var speakers = await host.Services.GetRequiredService<IVoiceprintStore>().ListAsync(cancellation);
            Show(speakers, good, VerbServices.StorePath(host), output);
            return ExitCode.Done;
        });
        return command;
    }

    private static void Show(
        IReadOnlyList<EnrolledSpeaker> speakers, EnrolmentOptions good, string path, VerbOutput output)
    {
        if (output.Json)
        {
            foreach (var speaker in speakers)
            {
                VerbOutput.WriteJson(SpeakerPresenter.Json(speaker, good), JsonContracts.Output.SpeakerJson);
            }

            return;
        }

        if (speakers.Count == 0)
        {
            output.Results.WriteLine($"Nobody is enrolled in {path}.");
            return;
        }

        var table = new Table().Border(TableBorder.Rounded)
            .AddColumn("speaker")
            .AddColumn(new TableColumn("utterances").RightAligned())
            .AddColumn(new TableColumn("speech").RightAligned())
            .AddColumn(new TableColumn("enrolment").RightAligned())
            .AddColumn("last added").AddColumn("consent").AddColumn("model");
        foreach (var speaker in speakers)
        {
            table.AddRow(
                Markup.Escape(speaker.Name),
                speaker.Utterances.ToString(CultureInfo.InvariantCulture),
                string.Create(CultureInfo.InvariantCulture, $"{speaker.SpeechSeconds:0.0} s"),
                string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(SpeakerPresenter.Progress(speaker, good) * 100):0} %"),
                speaker.UpdatedAt.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture),
                Markup.Escape(speaker.Consent ?? "-"),
                ShippedModels.NameOf(speaker.ModelHash)
                    ?? speaker.ModelHash[..Math.Min(ShortHash, speaker.ModelHash.Length)]);
        }

        output.Results.Write(table);
    }
}
