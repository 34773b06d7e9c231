using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Speaker.Audio;
using Speaker.Audio.Files;
using Speaker.CommandLine;
using Speaker.Enrolment;
using Speaker.Host.Live;
using Speaker.Host.Presentation;
using Spectre.Console;

namespace Speaker.Host.Cli;

/// <summary><c>enroll NAME FILE…</c>, <c>enroll NAME --mic</c> and <c>enroll NAME --input FILE</c>.</summary>
internal static class EnrollCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "The speaker. A new name creates a new speaker." };
        var files = new Argument<string[]>("FILE")
        {
            Description = "Recordings of this voice: WAV, FLAC, Ogg, Opus, MP3 or AIFF.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var consent = new Option<string?>("--consent")
        {
            Description = "What the speaker consented to; kept with the time beside the voiceprint. Default: none.",
            HelpName = "TEXT",
        };
        var force = new Option<string?>("--force")
        {
            Description = "Enrol recordings that are unlike each other or unlike the speaker's others, and keep this " +
                "note with them: 'show' prints it. Default: refuse them.",
            HelpName = "NOTE",
        };
        var allowDuplicate = FlagOption.Create(
            "--allow-duplicate", "Enrol a voice that is known under another name.");
        var mic = FlagOption.Create(
            "--mic", "Enrol what the microphone hears instead of a FILE: say what you are asked to, until it is enough.");
        var states = FlagOption.Create(
            "--states", "With --json and --mic or --input, print where it stands twice a second, and the result last.");
        var command = new Command("enroll",
            "Add recordings to a speaker, all in one transaction. A recording with too little speech is refused with " +
            "the reason, and the others are added. If the recordings are of several voices, unlike the speaker's " +
            "others, or of a voice that is known under another name, nothing is enrolled. The exit code is 2 if " +
            "anything was refused. A recording that is enrolled already, also as a copy in another format, is not " +
            "added again. If a file cannot be read, nothing is enrolled. With --mic you are asked to say something, part by " +
            "part, until it is enough; before that nothing is enrolled.")
        {
            name,
            files,
            consent,
            force,
            allowDuplicate,
            mic,
            states,
        };
        var capture = CaptureOptions.AddTo(
            command, "Listen for so many seconds, 1 to 3,600, and enrol them as one recording. Default: part by part, until " +
            "it is enough.");
        command.SetVerb(async (parsed, output, cancellation) =>
        {
            var speaker = parsed.GetRequiredValue(name);
            if (SpeakerName.Problem(speaker) is { } problem)
            {
                throw new UsageException(problem);
            }

            var note = parsed.GetValue(force);
            if (note is not null && string.IsNullOrWhiteSpace(note))
            {
                throw new UsageException("--force is blank: give a note that says why, such as \"anna with a cold\"");
            }

            var paths = parsed.GetValue(files) ?? [];
            var listens = parsed.GetValue(mic) || capture.HasInput(parsed);
            if (WrongSources(paths.Length > 0, parsed.GetValue(mic), parsed, capture) is { } wrong)
            {
                throw new UsageException(wrong);
            }

            var printsStates = parsed.GetValue(states);
            if (printsStates && (!listens || !output.Json))
            {
                throw new UsageException("--states belongs to --json with --mic or --input");
            }

            using var host = VerbServices.CreateHost(parsed, capture.Settings(parsed));
            using var display = new ListeningDisplay(output);
            var consented = parsed.GetValue(consent);
            IReadOnlyList<AudioInput> recordings;
            if (!listens)
            {
                recordings = [.. paths.Select(display.Of)];
            }
            else if (capture.HasSeconds(parsed))
            {
                recordings = [await ListenAsync(capture.Open(parsed, host), cancellation)];
            }
            else
            {
                (recordings, var problemOfAll) = await EnrolmentListening.RunAsync(
                    host.Services, speaker, consented, capture.Open(parsed, host).Source, output, printsStates, cancellation);
                if (problemOfAll is not null)
                {
                    return VerbRunner.Fail(problemOfAll, ExitCode.Inconclusive, output.Json);
                }
            }

            var result = await host.Services.GetRequiredService<ISpeakerRecognizer>().EnrollAsync(
                speaker, recordings,
                new EnrolmentRequest
                {
                    Consent = consented, ForceNote = note, AllowDuplicate = parsed.GetValue(allowDuplicate),
                },
                cancellation);
            Show(result, listens ? [.. recordings.Select(recording => recording.Name)] : paths, consented, note, output);
            return result.Refused > 0 ? ExitCode.Inconclusive : ExitCode.Done;
        });
        return command;
    }

    /// <summary>Why it is not clear what to enrol; null where it is.</summary>
    private static string? WrongSources(bool hasFiles, bool hasMic, ParseResult parsed, CaptureOptions capture)
    {
        var hasInput = capture.HasInput(parsed);
        return ((hasFiles ? 1 : 0) + (hasMic ? 1 : 0) + (hasInput ? 1 : 0)) switch
        {
            0 => "there is nothing to enrol: give recordings, --mic or --input FILE",
            > 1 => "recordings, --mic and --input are given together: give one of them",
            _ when !hasMic && capture.HasDevice(parsed) => "--device belongs to --mic",
            _ when hasFiles && capture.HasSeconds(parsed) =>
                "--seconds belongs to --mic and --input: recordings are enrolled whole",
            _ => null,
        };
    }

    /// <summary>What is heard in so many seconds, as one recording; of a sound that ends before, what there was.</summary>
    /// <exception cref="AudioException">The device cannot be used.</exception>
    private static async Task<AudioInput> ListenAsync(
        (ISoundSource Source, double Seconds) capture, CancellationToken cancellationToken)
    {
        var (source, seconds) = capture;
        var most = (int)(seconds * AudioFile.SampleRate);
        var samples = new List<float>(most);
        await foreach (var block in source.ReadAsync(
            notice => VerbOutput.Note($"speaker: {notice}"), cancellationToken))
        {
            if (samples.Count == 0)
            {
                VerbOutput.Note(string.Create(
                    CultureInfo.InvariantCulture, $"listening for {seconds:0.#} s: please speak"));
            }

            samples.AddRange(block.AsSpan(0, Math.Min(block.Length, most - samples.Count)));
            if (samples.Count == most)
            {
                break;
            }
        }

        return AudioInput.FromSamples(samples.ToArray(), AudioFile.SampleRate) with { Name = source.Name };
    }

    private static void Show(
        EnrolmentResult result, string[] paths, string? consent, string? note, VerbOutput output)
    {
        if (output.Json)
        {
            VerbOutput.WriteJson(
                EnrolmentPresenter.Json(result, paths, consent, note), JsonContracts.Output.EnrollJson);
            return;
        }

        var table = new Table().Border(TableBorder.Rounded)
            .AddColumn("utterance").AddColumn("verdict")
            .AddColumn(new TableColumn("speech").RightAligned())
            .AddColumn(new TableColumn("distance").RightAligned())
            .AddColumn("reason");
        foreach (var recording in result.Recordings)
        {
            table.AddRow(
                Markup.Escape(recording.Name),
                recording.Accepted ? "[green]accepted[/]"
                    : recording.Refused ? "[red]refused[/]"
                    : "[yellow]already there[/]",
                string.Create(CultureInfo.InvariantCulture, $"{recording.SpeechSeconds:0.0} s"),
                DecisionPresenter.Distance(recording.Distance),
                Markup.Escape(recording.Message));
        }

        output.Results.Write(table);
        foreach (var recording in result.Recordings)
        {
            QualityPresenter.Write(recording, output.Results);
        }

        output.Results.MarkupLine($"[bold]{Markup.Escape(result.Speaker)}[/]: {Markup.Escape(result.Summary)}.");
        if (result.Progress < 1)
        {
            output.Results.WriteLine("More speech makes a better enrolment: another day, room or microphone helps " +
                "most.");
        }

        if (result.KnownAs is { } other)
        {
            output.Results.WriteLine(KnownText(result, other));
        }
    }

    private static string KnownText(EnrolmentResult result, KnownVoice other)
    {
        var known = string.Create(
            CultureInfo.InvariantCulture,
            $"This voice is known as {other.Speaker} already: distance {other.Distance:0.000} is within " +
            $"{other.Threshold:0.000}.");
        return result.Accepted == 0
            ? $"{known} If it is the same person, enrol the recordings as {other.Speaker}; --allow-duplicate enrols " +
                "them under both names."
            : $"{known} If it is the same person, 'speaker merge {result.Speaker} {other.Speaker}' makes the two one " +
                "speaker.";
    }
}
