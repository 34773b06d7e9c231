using Speaker.Audio;
using Speaker.Audio.Features;
using Speaker.Audio.Files;
using Speaker.Audio.SpeechDetection;
using Speaker.Audio.Utterances;
using Speaker.Augmentation;
using Speaker.Corpora;
using Speaker.Evaluation;
using Speaker.Inference;
using Speaker.Metrics;
using Speaker.Models;
using Speaker.Numerics;
using Speaker.Scoring;
using Speaker.Tests.Metrics;

namespace Speaker.Tests.Evaluation;

public sealed class ListeningConditionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Conditions => [.. Enum.GetNames<ListeningCondition>()];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Conditions))]
    public void OptionsFor_ACondition_SwitchOnThatOneThing(string condition)
    {
        // All probabilities that there are, those included that training may gain later.
        var options = ConditionedSound.OptionsFor(Enum.Parse<ListeningCondition>(condition));
        var on = typeof(AugmentationOptions).GetProperties()
            .Where(p => p.Name.EndsWith("Probability", StringComparison.Ordinal) && (double)p.GetValue(options)! != 0);
        Assert.Equal(condition + "Probability", Assert.Single(on).Name);
        options.Validate();
    }

    [Theory]
    [MemberData(nameof(Conditions))]
    public void Apply_SameSeedAndName_IsTheSameSoundWhateverWasChangedBefore(string name)
    {
        var condition = Enum.Parse<ListeningCondition>(name);
        var voice = SyntheticSpeech.Speak(3, 0, 2);
        var bank = ConditionedSound.Sounds([], 1);
        var sound = new ConditionedSound(bank, 1);
        var first = sound.Apply(condition, voice, "a/1.wav");
        Assert.Equal(voice.Length, first.Length);
        Assert.NotEqual(voice, first);
        sound.Apply(condition, SyntheticSpeech.Speak(4, 0, 3), "a/2.wav");
        Assert.Equal(first, sound.Apply(condition, voice, "a/1.wav"));
        Assert.Equal(first, new ConditionedSound(bank, 1).Apply(condition, voice, "a/1.wav"));
        Assert.NotEqual(first, new ConditionedSound(bank, 2).Apply(condition, voice, "a/1.wav"));
    }

    [Fact]
    public void Apply_Noise_LiesTenDecibelsBelowTheRecording()
    {
        var random = SplitRandom.For(8);
        float[] noise = [.. Enumerable.Range(0, 48_000).Select(_ => 0.01f * random.NextGaussians().First)];
        var voice = SyntheticSpeech.Speak(3, 0, 2);
        var heard = new ConditionedSound(ConditionedSound.Sounds([noise], 1), 1)
            .Apply(ListeningCondition.Noise, voice, "a");
        // What is not the voice, at the voice's scale by least squares, is the noise.
        var scale = voice.Zip(heard, (v, h) => (double)v * h).Sum() / voice.Sum(v => (double)v * v);
        var rest = voice.Zip(heard, (v, h) => Math.Pow(h - (scale * v), 2)).Sum();
        Assert.InRange(10 * Math.Log10(scale * scale * voice.Sum(v => (double)v * v) / rest), 9.5, 10.5);
    }

    [Fact]
    public void Apply_Telephone_LeavesNothingAboveItsBand()
    {
        var random = SplitRandom.For(9);
        float[] hiss = [.. Enumerable.Range(0, 32_000).Select(_ => 0.1f * random.NextGaussians().First)];
        var heard = new ConditionedSound(ConditionedSound.Sounds([], 1), 1)
            .Apply(ListeningCondition.Telephone, hiss, "a");
        double Share(float[] sound, double hertz) => Power(sound, hertz) / Power(sound, 1000);
        Assert.True(Share(heard, 6000) < 1e-3 * Share(hiss, 6000));
        Assert.InRange(Share(heard, 2000) / Share(hiss, 2000), 0.5, 2);
    }

    [Fact]
    public void Evaluate_Conditions_AreTheWholeReaderOverTheChangedSamples()
    {
        SyntheticSpeech.WriteCorpus(_folder.File("speech"), "s", 3, 3, 2, 7);
        var encoder = SmallEncoder();
        var options = new EvaluationOptions
        {
            BootstrapDraws = 100, Conditions = [ListeningCondition.Telephone, ListeningCondition.Room], Threads = 2,
        };
        var corpus = Corpus.Load(_folder.File("speech"), new CorpusOptions { DevFraction = 0 });
        var set = EvaluationSet.FromCorpus(
            corpus.Utterances, encoder.Card.FrontEnd, new UtteranceOptions(), options);
        var report = Evaluator.Evaluate(encoder, set, options);

        Assert.Equal(options.Conditions, report.Conditions.Select(c => c.Condition));
        var reader = encoder.CreateReader(new UtteranceOptions());
        var sound = new ConditionedSound(ConditionedSound.Sounds([], 1), 1);
        float[] Embed(float[] samples) =>
            encoder.Embed(Assert.IsType<Utterance>(reader.Analyse(samples)).Features);
        var clean = corpus.Utterances.Select(u => Embed(AudioFile.ReadSamples(u.Path))).ToArray();
        var changed = corpus.Utterances.Select(u => Embed(sound.Apply(
            ListeningCondition.Room, AudioFile.ReadSamples(u.Path), $"{u.SpeakerKey}/{Path.GetFileName(u.Path)}")))
            .ToArray();
        double Eer(float[][] enrolled, float[][] tested)
        {
            var (targets, impostors) = Evaluator.Split(set.Pairs.Select(pair => new ScoredTrial(
                Scorer.Cosine.Distance(enrolled[pair.Enrol], tested[pair.Test]), pair.IsTarget, 0, 1)));
            return ErrorRatesTests.SweepEer(targets, impostors);
        }

        var room = report.Conditions[1];
        Assert.Equal((0, 9), (room.Refused, room.Utterances));
        Assert.Equal(Eer(clean, changed), room.TestOnly.Eer, 4);
        Assert.Equal(Eer(changed, changed), room.BothSides.Eer, 4);
        Assert.Equal(Eer(clean, clean), room.CleanEer, 4);
        Assert.Equal(room.TestOnly.Eer, room.EerByCorpus["speech"], 12);
    }

    [Fact]
    public void Evaluate_ConditionThatDrownsSome_CountsTheRefusedAndLeavesTheirTrialsOut()
    {
        SyntheticSpeech.WriteCorpus(_folder.File("speech"), "s", 3, 4, 2, 7);
        // A gate that takes any sound, but not every frame of it.
        var encoder = SmallEncoder(new FrontEndSpecification
        {
            Cepstra = 60, SpeechDetector = new SpeechDetectorSpecification { SoundThreshold = 1e-6 },
        });
        var options = new EvaluationOptions { BootstrapDraws = 100, Conditions = [ListeningCondition.Noise] };
        var corpus = Corpus.Load(_folder.File("speech"), new CorpusOptions { DevFraction = 0 });
        var picky = new UtteranceOptions { MinimumSpeechSeconds = SecondsThatNoiseTakesAway(encoder, corpus) };
        var set = EvaluationSet.FromCorpus(corpus.Utterances, encoder.Card.FrontEnd, picky, options);
        var reader = encoder.CreateReader(picky);
        var sound = new ConditionedSound(ConditionedSound.Sounds([], 1), 1);
        var heard = set.Items.Select(item => reader.Analyse(sound.Apply(
            ListeningCondition.Noise, AudioFile.ReadSamples(item.Name),
            $"{item.Speaker}/{Path.GetFileName(item.Name)}")) is Utterance).ToArray();
        Assert.Contains(false, heard);
        Assert.Equal(heard, set.Items.Select(item => item.Changed[0] is not null));

        var report = Evaluator.Evaluate(encoder, set, options);
        var left = set.Pairs.Where(pair => heard[pair.Test]).ToArray();
        Assert.All(report.Conditions, noise =>
        {
            Assert.Equal(heard.Count(h => !h), noise.Refused);
            Assert.Equal(left.Length, noise.TestOnly.Trials);
        });
    }

    [Fact]
    public void Evaluate_Durations_CutEveryUtteranceThatIsLongEnough()
    {
        SyntheticSpeech.WriteCorpus(_folder.File("speech"), "s", 3, 3, 2, 7);
        WaveFile.Write(_folder.File("speech/s0/short.wav"), SyntheticSpeech.Speak(7, 9, 0.5));
        var encoder = SmallEncoder();
        var options = new EvaluationOptions { BootstrapDraws = 100, Durations = [0.7, 60] };
        var corpus = Corpus.Load(_folder.File("speech"), new CorpusOptions { DevFraction = 0 });
        var set = EvaluationSet.FromCorpus(corpus.Utterances, encoder.Card.FrontEnd, new UtteranceOptions(), options);
        Assert.Equal(10, set.Items.Count);
        var report = Evaluator.Evaluate(encoder, set, options);

        // Nothing is a minute long: that row is not there.
        var row = Assert.Single(report.Durations);
        var items = set.Items.Where(item => item.Frames >= 70).ToArray();
        Assert.Equal(9, items.Length);
        double Eer(Func<EvaluationItem, float[]> embed)
        {
            var embeddings = items.Select(embed).ToArray();
            var trials = TrialPairs.Make([.. items.Select(i => i.Speaker)], [.. items.Select(i => i.Corpus)])
                .Select(pair => new ScoredTrial(
                    Scorer.Cosine.Distance(embeddings[pair.Enrol], embeddings[pair.Test]), pair.IsTarget, 0, 1));
            var (targets, impostors) = Evaluator.Split(trials);
            return ErrorRatesTests.SweepEer(targets, impostors);
        }

        Assert.Equal(0.7, row.Seconds);
        Assert.Equal(36, row.Figures.Trials);
        Assert.Equal(Eer(item => encoder.Embed(item.Segments[0].Slice(0, 70))), row.Figures.Eer, 4);
        Assert.Equal(Eer(item => encoder.Embed(item.Segments[0])), row.WholeEer, 4);
    }

    /// <summary>More than some recording has left of its speech in noise, and less than it had.</summary>
    private static double SecondsThatNoiseTakesAway(VoiceEncoder encoder, Corpus corpus)
    {
        var reader = encoder.CreateReader(new UtteranceOptions { MinimumSpeechSeconds = 0.05 });
        var sound = new ConditionedSound(ConditionedSound.Sounds([], 1), 1);
        return corpus.Utterances.Select(u =>
        {
            var samples = AudioFile.ReadSamples(u.Path);
            var noisy = sound.Apply(ListeningCondition.Noise, samples, $"{u.SpeakerKey}/{Path.GetFileName(u.Path)}");
            return (Clean: reader.Analyse(samples).SpeechSeconds, Noisy: reader.Analyse(noisy).SpeechSeconds);
        }).Where(u => u.Noisy < u.Clean).Min(u => (u.Clean + u.Noisy) / 2);
    }

    private VoiceEncoder SmallEncoder(FrontEndSpecification? frontEnd = null)
    {
        var specification = new EncoderSpecification
        {
            Width = 16, Dilations = [1, 2], AggregateWidth = 16, AttentionWidth = 8, Dimension = 16,
        };
        return VoiceEncoder.Load(RandomEncoder.Save(
            _folder.File("m.safetensors"),
            RandomEncoder.Card(specification) with { FrontEnd = frontEnd ?? SyntheticSpeech.FrontEnd }));
    }

    /// <summary>Within 100 Hz of a frequency, by correlation with its sines and cosines.</summary>
    private static double Power(float[] sound, double hertz) => Enumerable.Range(-10, 21).Sum(step =>
    {
        var pace = 2 * Math.PI * (hertz + (10 * step)) / 16000;
        var (sine, cosine) = (0.0, 0.0);
        for (var i = 0; i < sound.Length; i++)
        {
            sine += sound[i] * Math.Sin(pace * i);
            cosine += sound[i] * Math.Cos(pace * i);
        }

        return (sine * sine) + (cosine * cosine);
    });
}
