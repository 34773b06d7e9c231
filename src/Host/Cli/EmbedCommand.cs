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
            var exitCode = ExitCode.Done;
            // Side by side, and printed in the order given: a few are ahead of the one that is waited for.
            var ahead = new Queue<(string File, Task<EmbeddingResult> Result)>();
            foreach (var file in parsed.GetRequiredValue(files))
            {
                if (ahead.Count == 2 * Environment.ProcessorCount)
                {
                    exitCode = Math.Max(exitCode, await ShowAsync(ahead.Dequeue()));
                }

                ahead.Enqueue((file, recognizer.EmbedAsync(display.Of(file), cancellation)));
            }

            while (ahead.TryDequeue(out var next))
            {
                exitCode = Math.Max(exitCode, await ShowAsync(next));
            }

            return exitCode;
        });
        return command;
    }

    private static async Task<int> ShowAsync((string File, Task<EmbeddingResult> Result) next)
    {
        try
        {
            var result = await next.Result;
            if (!result.IsUsable)
            {
                VerbOutput.Note($"speaker: {next.File}: {result.Message}");
                return ExitCode.Inconclusive;
            }

            VerbOutput.WriteJson(
                new EmbedJson(next.File, result.Embedding, Math.Round(result.SpeechSeconds, 3), result.ModelHash),
                JsonContracts.Output.EmbedJson);
            foreach (var note in result.Quality?.Notes ?? [])
            {
                VerbOutput.Note($"speaker: {next.File}: warning: {note.Message}");
            }

            return ExitCode.Done;
        }
        catch (AudioException exception)
        {
            VerbOutput.Note($"speaker: {next.File}: {exception.Message}");
            return ExitCode.BadInput;
        }
    }
}
