using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Speaker.Audio;
using Speaker.CommandLine;
using Speaker.Host.Presentation;

namespace Speaker.Host.Cli;

/// <summary><c>embed FILE…</c>: embeddings as JSON lines, with or without --json.</summary>
internal static class EmbedCommand
{
    public static Command Create()
    {
        var files = new Argument<string[]>("FILE")
        {
            Description = "Recordings: WAV, FLAC, Ogg, Opus, MP3 or AIFF.",
            Arity = ArgumentArity.OneOrMore,
        };
        var command = new Command("embed",
            "Print the embedding of each recording as a line of JSON. It has unit length, so the cosine of two is their " +
            "dot product; the distance of 'verify' is 1 - cosine, normalised where the model has a cohort. " +
            "If a file is refused or cannot be read, its " +
            "reason is printed on stderr and the others are still embedded. Exit codes: 2 if a file was refused, 3 " +
            "if one could not be read.")
        {
            files,
        };
        command.SetVerb(async (parsed, output, cancellation) =>
        {
            using var host = VerbServices.CreateHost(parsed);
            var recognizer = host.Services.GetRequiredService<ISpeakerRecognizer>();
            using var display = new ListeningDisplay(output);
            return await SideBySide.RunAsync(
                parsed.GetRequiredValue(files), file => recognizer.EmbedAsync(display.Of(file), cancellation), ShowAsync);
        });
        return command;
    }

    private static async Task<int> ShowAsync(string file, Task<EmbeddingResult> embedded)
    {
        try
        {
            var result = await embedded;
            if (!result.IsUsable)
            {
                VerbOutput.Note($"speaker: {file}: {result.Message}");
                return ExitCode.Inconclusive;
            }

            VerbOutput.WriteJson(
                new EmbedJson(file, result.Embedding, Math.Round(result.SpeechSeconds, 3), result.ModelHash),
                JsonContracts.Output.EmbedJson);
            foreach (var note in result.Quality?.Notes ?? [])
            {
                VerbOutput.Note($"speaker: {file}: warning: {note.Message}");
            }

            return ExitCode.Done;
        }
        catch (AudioException exception)
        {
            VerbOutput.Note($"speaker: {file}: {exception.Message}");
            return ExitCode.BadInput;
        }
    }
}
