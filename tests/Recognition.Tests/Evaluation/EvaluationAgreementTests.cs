using Speaker.Audio;
using Speaker.Evaluation;
using Speaker.Recognition.Tests.Recognition;

namespace Speaker.Recognition.Tests.Evaluation;

/// <summary>What is measured is what is decided: a trial of an evaluation has the distance that the recogniser gives the
/// same two recordings.</summary>
public sealed class EvaluationAgreementTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Score_TrialsOfAList_AreTheDistancesOfCompareAsync()
    {
        foreach (var (name, language, first) in ((string, string, int)[])
                 [
                     ("anna/0.wav", "de", 0), ("anna/1.wav", "de", 4), ("boris/0.wav", "fr", 0),
                 ])
        {
            WaveFile.Write(_folder.File(name), KlettresSpeech.Of(language, first));
        }

        // Of several segments too: longer than one of them.
        WaveFile.Write(
            _folder.File("boris/1.wav"),
            [.. Enumerable.Repeat(KlettresSpeech.Of("fr", 4), 40).SelectMany(part => part).Take(16_000 * 100)]);
        Trial[] trials =
        [
            new(true, "anna/0.wav", "anna/1.wav"), new(false, "anna/0.wav", "boris/0.wav"),
            new(true, "boris/0.wav", "boris/1.wav"),
        ];
        var options = new SpeakerOptions { Store = { Path = _folder.File("voiceprints.db") } };
        var recognizer = SpeakerRecognizer.Open(options);

        var set = EvaluationSet.FromTrials(
            trials, _folder.Root, recognizer.Encoder.Card.FrontEnd, options.Utterance, new EvaluationOptions());
        var scored = Evaluator.Score(recognizer.Encoder, set, threads: 2);

        for (var i = 0; i < trials.Length; i++)
        {
            var decision = await recognizer.CompareAsync(
                _folder.File(trials[i].Enrol), _folder.File(trials[i].Test));
            Assert.Equal(decision.Distance!.Value, scored[i].Distance, 1e-6);
        }
    }
}
