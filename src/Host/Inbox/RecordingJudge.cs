using Microsoft.Extensions.Options;
using NAudio.Wave;
using Speaker.Audio;
using Speaker.Audio.Files;
using Speaker.Audio.Files.Containers;
using Speaker.Audio.Files.Ffmpeg;
using Speaker.Audio.Files.Opening;
using Speaker.Enrolment;
using Speaker.Enrolment.Audit;

namespace Speaker.Host.Inbox;

/// <summary>Enrols a file of the inbox, or says why not.</summary>
internal sealed class RecordingJudge(
    ISpeakerRecognizer recognizer, IOptions<SpeakerOptions> options, string? consent = null)
{
    private readonly AudioFileOptions _audio = options.Value.Audio;

    /// <param name="file">Of a speaker's folder.</param>
    /// <param name="isAbandoned">Whether what is missing of it will not come: then it is refused as cut, and one whose
    /// recorder wrote no length is taken as it is.</param>
    /// <param name="cancellationToken">Stops it; nothing is enrolled then.</param>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="StoreException">The store cannot be used.</exception>
    public async Task<Judgement> JudgeAsync(InboxFile file, bool isAbandoned, CancellationToken cancellationToken)
    {
        AuditActor.Current = "inbox";
        if (SpeakerName.Problem(file.Speaker!) is { } problem)
        {
            return new Judgement.Refused(problem, 0);
        }

        try
        {
            using var source = AudioFile.OpenBelow(file.Root, file.RelativePath, _audio, cancellationToken);
            var recording = new WholeRecording(source, isAbandoned ? [] : [RecordingIssue.UnfinishedHeader]);
            recording.RequireWhole();
            var result = await recognizer.EnrollAsync(
                file.Speaker!,
                AudioInput.FromProvider(recording) with { Name = file.Name },
                consent,
                cancellationToken);
            var verdict = result.Recordings[0];
            return verdict.Refused
                ? new Judgement.Refused(verdict.Message, verdict.SpeechSeconds)
                : new Judgement.Enrolled(
                    verdict.Accepted, verdict.SpeechSeconds, result.Utterances, result.Progress)
                {
                    Summary = result.Summary,
                    KnownAs = result.KnownAs,
                };
        }
        catch (NotWholeException exception)
        {
            return isAbandoned
                ? new Judgement.Refused($"{file.Path}: {exception.Message}.", 0)
                : new Judgement.Incomplete(exception.Message);
        }
        catch (AudioException exception)
        {
            return isAbandoned || !MayBeHalf(file)
                ? new Judgement.Refused(exception.Message, 0)
                : new Judgement.Incomplete(exception.Message);
        }
    }

    /// <summary>Whether a file that could not be read as sound may be the beginning of one that can.</summary>
    /// <exception cref="IOException">It cannot be opened: nobody knows what is in it.</exception>
    private bool MayBeHalf(InboxFile file)
    {
        if (file.Stamp.Length == 0)
        {
            return true;
        }

        try
        {
            using var stream = RegularFile.OpenBelow(file.Root, file.RelativePath);
            Span<byte> head = stackalloc byte[4];
            head = head[..stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
            return SoundContainer.Find(stream) is { } found
                ? found.Kind != ContainerKind.Foreign || FfmpegReader.Find(_audio) is not null
                : SoundContainer.CanBegin(head);
        }
        catch (AudioException exception)
        {
            throw new IOException(exception.Message, exception);
        }
    }

    /// <summary>The sound of a file, which ends with an exception where its end is missing: nothing is enrolled
    /// then.</summary>
    private sealed class WholeRecording(AudioFileSource source, RecordingIssue[] alsoNot) : ISampleProvider
    {
        public WaveFormat WaveFormat => source.WaveFormat;

        public int Read(Span<float> buffer)
        {
            var read = source.Read(buffer);
            if (read == 0)
            {
                RequireWhole();
            }

            return read;
        }

        /// <exception cref="NotWholeException">What was found in the file so far says that it is not.</exception>
        public void RequireWhole()
        {
            foreach (var note in source.Notes)
            {
                if (note.Issue == RecordingIssue.Cut || alsoNot.Contains(note.Issue))
                {
                    throw new NotWholeException(note.Message);
                }
            }
        }
    }

    /// <summary>There is less in a file than there should be.</summary>
    private sealed class NotWholeException(string message) : Exception(message);
}
