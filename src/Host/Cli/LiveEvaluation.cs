using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Speaker.Audio.Validation;
using Speaker.Calibration;
using Speaker.CommandLine;
using Speaker.Corpora;
using Speaker.Evaluation;
using Speaker.Host.Presentation;
using Speaker.Inference;
using Speaker.Models;

namespace Speaker.Host.Cli;

/// <summary><c>eval --corpus DIR --live</c>: what looking early at live sessions does, and the margins for it.</summary>
internal static class LiveEvaluation
{
    private const double SessionSeconds = 10;

    public static int Run(
        ParseResult parsed,
        string folder,
        double? earlyFrr,
        bool writeCard,
        VerbOutput output,
        CancellationToken cancellation)
    {
        using var host = VerbServices.CreateHost(parsed);
        var encoder = host.Services.GetRequiredService<VoiceEncoder>();
        var reading = host.Services.GetRequiredService<IOptions<SpeakerOptions>>().Value.Utterance;
        var unlearnt = new UnlearntRecordings(encoder.Card);
        var utterances = unlearnt.Of(EvalCommand.Measured(folder, out var remainder, cancellation), folder);
        VerbOutput.Note("reading recordings");
        var skipped = new List<SkippedUtterance>();
        var voices = LiveVoice.Of(utterances, SessionSeconds, skipped.Add, cancellation).ToArray();
        CorpusNotes.Write(remainder, skipped);
        VerbOutput.Note(
            $"playing {Plural.Of(voices.Sum(voice => voice.Sessions.Count), "session")} of " +
            Plural.Of(voices.Length, "speaker"));
        var set = LiveEvaluator.Play(encoder, voices, reading, new EvaluationOptions().Threads, cancellation);
        var share = earlyFrr ?? LiveThresholdFit.DefaultEarlyFrr;
        var report = LiveReport.Of(set, share);
        LiveEvaluationPresenter.Show(
            report, share, skipped.Count, encoder.Hash, unlearnt.SpeakersLeftOut,
            writeCard ? WriteCard() : null, output);
        return ExitCode.Done;

        string WriteCard()
        {
            var path = ModelFiles.Resolve(VerbServices.ModelPath(host));
            var named = Path.GetFileName(Path.TrimEndingDirectorySeparator(folder));
            var live = LiveThresholdFit.Fit(
                set.Rates, set.Trials, share,
                string.Create(CultureInfo.InvariantCulture, $"recordings of {named}, joined to {SessionSeconds:0} s"));
            var written = ModelFiles.UpdateCard(path, encoder.Card with { Live = live.Rates.Count > 0 ? live : null });
            AtomicFile.Write(ModelFiles.PagePathOf(path), stream => stream.Write(ModelCardPage.Of(written)));
            VerbOutput.Note($"speaker: wrote the margins into {ModelFiles.CardPathOf(path)}");
            return ModelFiles.CardPathOf(path);
        }
    }
}
