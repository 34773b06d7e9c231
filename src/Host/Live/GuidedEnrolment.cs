using System.Globalization;
using Speaker.Audio.Quality;
using Speaker.Audio;
using Speaker.Enrolment;

namespace Speaker.Host.Live;

/// <summary>
/// An enrolment that listens: it asks for something to be said, judges it as it comes, and goes on until there is as much
/// as a good enrolment takes. Nothing is stored here.
/// </summary>
/// <param name="embed">Turns a part into an embedding.</param>
/// <param name="judge">Judges the parts.</param>
/// <param name="cutter">Cuts them.</param>
/// <param name="options">What makes a good enrolment.</param>
/// <param name="leastSpeechSeconds">Of a part.</param>
internal sealed class GuidedEnrolment(
    Func<AudioInput, CancellationToken, Task<EmbeddingResult>> embed,
    PartJudge judge,
    PartCutter cutter,
    EnrolmentOptions options,
    double leastSpeechSeconds)
{
    /// <summary>In a row: then something is wrong that reading on does not mend.</summary>
    public const int MostRefusals = 10;

    /// <summary>A part is asked for with so much more than its share, as the seconds that are counted at the end may be
    /// fewer than those heard on the way.</summary>
    private const double Reserve = 1.1;

    /// <summary>What is still missing, for somebody who wants to end.</summary>
    public string NotEnough => $"not enough yet, {Percentage}: {judge.Progress.Summary}; please go on, or stop with Ctrl-C";

    private string Percentage => judge.Progress.Share.ToString("0 %", CultureInfo.InvariantCulture);

    /// <summary>Listens until there is enough.</summary>
    /// <param name="source">Listened to.</param>
    /// <param name="name">What the parts are called, each with its number.</param>
    /// <param name="display">Told of everything.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The parts to enrol; or none and why.</returns>
    /// <exception cref="AudioException">The source fails.</exception>
    /// <exception cref="OperationCanceledException">The token says so.</exception>
    public async Task<(IReadOnlyList<AudioInput> Parts, string? Problem)> RunAsync(
        ISoundSource source, string name, IEnrolmentDisplay display, CancellationToken cancellationToken)
    {
        var parts = new List<AudioInput>();
        var (number, refusals, isAsked) = (1, 0, false);
        await foreach (var block in source.ReadAsync(display.Notice, cancellationToken))
        {
            // At the first block: the device or the file is open then, and nobody speaks to one that is not there.
            if (!isAsked)
            {
                isAsked = true;
                display.Ask(EnrolmentPrompts.For(0));
            }

            var needed = NeededSeconds();
            var samples = cutter.Append(block, needed);
            display.Hear(new PartState(
                number, cutter.Seconds, cutter.SpeechSeconds, needed, SoundLevel.Of(block), cutter.IsSpeech));
            if (samples is null)
            {
                continue;
            }

            if (await JudgeAsync(samples) is { IsAccepted: false } refused)
            {
                if (++refusals == MostRefusals)
                {
                    return ([], $"{MostRefusals} parts in a row were refused, the last one for this: {refused.Message}; " +
                        "nothing was enrolled");
                }
            }
            else if (judge.IsEnough)
            {
                return (parts, null);
            }
            else
            {
                refusals = 0;
            }

            display.Ask(EnrolmentPrompts.For(parts.Count));
        }

        if (cutter.End() is { } rest)
        {
            _ = await JudgeAsync(rest);
        }

        return judge.IsEnough
            ? (parts, null)
            : ([], $"the sound ended at {Percentage} of an enrolment, nothing was enrolled: {judge.Progress.Summary}. " +
                "Speak longer, or give --seconds to enrol what is heard as one recording");

        async Task<JudgedPart> JudgeAsync(float[] samples)
        {
            var part = AudioInput.FromSamples(samples, AudioFile.SampleRate) with
            {
                Name = string.Create(CultureInfo.InvariantCulture, $"{name} {parts.Count + 1}"),
            };
            var judged = judge.Judge(await embed(part, cancellationToken));
            number = judged.Number + 1;
            if (judged.IsAccepted)
            {
                parts.Add(part);
            }

            display.Judge(judged);
            return judged;
        }
    }

    /// <summary>Of speech in the next part.</summary>
    private double NeededSeconds()
    {
        var progress = judge.Progress;
        var share = progress.MissingSeconds > 0
            ? progress.MissingSeconds / Math.Max(1, progress.MissingRecordings)
            : options.GoodSpeechSeconds / options.GoodRecordings;
        return Math.Max(leastSpeechSeconds, share) * Reserve;
    }
}
