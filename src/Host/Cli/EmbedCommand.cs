using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Speaker.Audio;
using Speaker.CommandLine;
using Speaker.Host.Presentation;
using Speaker.Recognition;

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
            "Print the embedding of each recording as a JSON line. A refused file is named on stderr and the others " +
            "go on; exit code 2 if one was refused, 3 if one could not be read.")
        {
            files,
        };
        command.SetVerb((parsed, output, cancellation) =>
        {
            using var host = VerbServices.CreateHost(parsed);
            var embedder = host.Services.GetRequiredService<UtteranceEmbedder>();
            var exitCode = ExitCode.Done;
            foreach (var file in parsed.GetRequiredValue(files))
            {
                cancellation.ThrowIfCancellationRequested();
                exitCode = Math.Max(exitCode, Embed(embedder, file, output, cancellation));
            }

            return exitCode;
        });
        return command;
    }

    private static int Embed(
        UtteranceEmbedder embedder, string file, VerbOutput output, CancellationToken cancellation)
    {
        try
        {
            switch (ListeningDisplay.Embed(embedder, file, output, cancellation))
            {
                case Embedded embedded:
                    VerbOutput.WriteJson(
                        new EmbedJson(file, embedded.Embedding, Math.Round(embedded.SpeechSeconds, 3),
                            embedder.ModelHash),
                        JsonContracts.Output.EmbedJson);
                    return ExitCode.Done;
                case NotEmbedded refused:
                    VerbOutput.Note($"speaker: {file}: {refused.Reason}");
                    return ExitCode.Inconclusive;
                default:
                    throw new InvalidOperationException("unknown embedding result");
            }
        }
        catch (AudioException exception)
        {
            VerbOutput.Note($"speaker: {file}: {exception.Message}");
            return ExitCode.BadInput;
        }
    }
}
