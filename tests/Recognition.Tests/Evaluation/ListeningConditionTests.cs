using Speaker.Audio;
using Speaker.Audio.Features;
using Speaker.Audio.Files;
using Speaker.Audio.Files.SoundFile;
using Speaker.Audio.SpeechDetection;
using Speaker.Audio.Utterances;
using Speaker.Augmentation;
using Speaker.Corpora;
using Speaker.Evaluation;
using Speaker.Inference;
using Speaker.Metrics;
using Speaker.Models;
using Speaker.Numerics;
using Speaker.Recognition.Tests.Recognition;
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
        var thing = condition == "Opus" ? "Codec" : condition.TrimEnd([.. "0123456789"]);
        Assert.Equal(thing + "Probability", Assert.Single(on).Name);
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
        // Even a codec, whose line is driven at a level that is drawn.
        Assert.NotEqual(first, sound.Apply(condition, voice, "a/3.wav"));
    }

    [Theory]
    [InlineData("Noise15", 15)]
    [InlineData("Noise", 10)]
    [InlineData("Noise5", 5)]
    public void Apply_Noise_LiesSoManyDecibelsBelowTheRecording(string condition, double decibels)
    {
        var random = SplitRandom.For(8);
        float[] noise = [.. Enumerable.Range(0, 48_000).Select(_ => 0.01f * random.NextGaussians().First)];
        var voice = SyntheticSpeech.Speak(3, 0, 2);
        var heard = new ConditionedSound(ConditionedSound.Sounds([noise], 1), 1)
            .Apply(Enum.Parse<ListeningCondition>(condition), voice, "a");
        // What is not the voice, at the voice's scale by least squares, is the noise.
        var scale = voice.Zip(heard, (v, h) => (double)v * h).Sum() / voice.Sum(v => (double)v * v);
        var rest = voice.Zip(heard, (v, h) => Math.Pow(h - (scale * v), 2)).Sum();
        var measured = 10 * Math.Log10(scale * scale * voice.Sum(v => (double)v * v) / rest);
        Assert.InRange(measured, decibels - 0.5, decibels + 0.5);
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
            var (targets, impostors) = ScoredTrial.Split(set.Pairs.Select(pair => new ScoredTrial(
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
        var items = set.Items.Where(item => item.SpeechFrames >= 70).ToArray();
        Assert.Equal(9, items.Length);
        double Eer(Func<EvaluationItem, float[]> embed)
        {
            var embeddings = items.Select(embed).ToArray();
            var trials = TrialPairs.Make([.. items.Select(i => i.Speaker)], [.. items.Select(i => i.Corpus)])
                .Select(pair => new ScoredTrial(
                    Scorer.Cosine.Distance(embeddings[pair.Enrol], embeddings[pair.Test]), pair.IsTarget, 0, 1));
            var (targets, impostors) = ScoredTrial.Split(trials);
            return ErrorRatesTests.SweepEer(targets, impostors);
        }

        Assert.Equal(0.7, row.Seconds);
        Assert.Equal(36, row.Figures.Trials);
        Assert.Equal(Eer(item => encoder.Embed(item.Segments[0].Features.Slice(0, 70))), row.Figures.Eer, 4);
        Assert.Equal(Eer(item => encoder.Embed(item.Segments[0].Features)), row.WholeEer, 4);
    }

    [Fact]
    public void Apply_Opus_IsWhatTheEncoderGivesAtSixKilobitsASecond()
    {
        var voice = SyntheticSpeech.Speak(3, 0, 20);
        using var encoded = new MemoryStream();
        using (var writer = new SoundFileWriter(encoded, 16_000, 1, (int)SoundCodec.Opus, quality: 0))
        {
            writer.Write(voice);
        }

        // Of variable rate, with about 1.3 kbit/s of container.
        Assert.InRange(8.0 * encoded.Length / 20, 4000, 9000);
        var heard = new ConditionedSound(ConditionedSound.Sounds([], 1), 1)
            .Apply(ListeningCondition.Opus, voice, "a");
        // Where it was: the best match of the two is at no delay.
        double Match(int delay) => Enumerable.Range(1000, 300_000).Sum(i => (double)voice[i] * heard[i + delay]);
        Assert.Equal(0, Enumerable.Range(-40, 81).MaxBy(Match), 3.0);
    }

    [Fact]
    public void Evaluate_Grid_IsEachLengthUnderEachConditionOnEitherSide()
    {
        SyntheticSpeech.WriteCorpus(_folder.File("speech"), "s", 3, 3, 2, 7);
        WaveFile.Write(_folder.File("speech/s0/short.wav"), SyntheticSpeech.Speak(7, 9, 0.5));
        var encoder = SmallEncoder();
        var options = new EvaluationOptions
        {
            BootstrapDraws = 100, Durations = [0.7, 60], Threads = 2,
            Conditions = [ListeningCondition.Noise15, ListeningCondition.Room],
        };
        var corpus = Corpus.Load(_folder.File("speech"), new CorpusOptions { DevFraction = 0 });
        var set = EvaluationSet.FromCorpus(corpus.Utterances, encoder.Card.FrontEnd, new UtteranceOptions(), options);
        var report = Evaluator.Evaluate(encoder, set, options);

        // A row of two lengths for recordings as they are, and two for each condition; nothing is a minute long.
        Assert.Equal(
            from row in (string[])["clean", "noise15, test only", "noise15, both sides", "room, test only", "room, both sides"]
            from seconds in (double?[])[0.7, null]
            select (row, seconds),
            report.Grid.Select(figure => (figure.Name, figure.Seconds)));
        var reader = encoder.CreateReader(new UtteranceOptions());
        var sound = new ConditionedSound(ConditionedSound.Sounds([], 1), 1);
        float[] Embed(float[] samples, int frames)
        {
            var features = Assert.IsType<Utterance>(reader.Analyse(samples)).Features;
            return encoder.Embed(features.Slice(0, Math.Min(frames, features.Frames)));
        }

        var items = Enumerable.Range(0, set.Items.Count).Where(i => set.Items[i].SpeechFrames >= 70).ToHashSet();
        Assert.Equal(9, items.Count);
        var clean = set.Items.Select(item => Embed(AudioFile.ReadSamples(item.Name), 70)).ToArray();
        var changed = set.Items.Select(item => Embed(sound.Apply(
            ListeningCondition.Room, AudioFile.ReadSamples(item.Name), $"{item.Speaker}/{Path.GetFileName(item.Name)}"), 70))
            .ToArray();
        double Eer(float[][] enrolled, float[][] tested)
        {
            var (targets, impostors) = ScoredTrial.Split(set.Pairs
                .Where(pair => items.Contains(pair.Enrol) && items.Contains(pair.Test))
                .Select(pair => new ScoredTrial(
                    Scorer.Cosine.Distance(enrolled[pair.Enrol], tested[pair.Test]), pair.IsTarget, 0, 1)));
            return ErrorRatesTests.SweepEer(targets, impostors);
        }

        ConditionFigure Figure(string name, double? seconds) =>
            report.Grid.Single(figure => figure.Name == name && figure.Seconds == seconds);
        Assert.Equal(Eer(clean, clean), Figure("clean", 0.7).Rates.Together, 4);
        Assert.Equal(Eer(clean, changed), Figure("room, test only", 0.7).Rates.Together, 4);
        Assert.Equal(Eer(changed, changed), Figure("room, both sides", 0.7).Rates.Together, 4);
        Assert.Equal(36, Figure("room, both sides", 0.7).Trials);
        Assert.Equal(report.All.Eer, Figure("clean", null).Rates.Mean, 12);
        Assert.Equal(report.Conditions[1].TestOnly.Eer, Figure("room, test only", null).Rates.Together, 12);
        Assert.Equal(report.Conditions[0].BothSides.Eer, Figure("noise15, both sides", null).Rates.Corpora!["speech"], 12);
    }

    [Fact]
    public void FromCorpus_MarginBesideSpeech_CountsNoSecondsAndIsCutWithThem()
    {
        // Real speech, with pauses around it and between the words.
        for (var i = 0; i < 3; i++)
        {
            WaveFile.Write(
                _folder.File("speech", "s", $"{i}.wav"),
                [.. new float[16_000], .. KlettresSpeech.Of("de", 4 * i), .. new float[16_000]]);
        }

        var corpus = Corpus.Load(_folder.File("speech"), new CorpusOptions { DevFraction = 0 });
        EvaluationSet Set(double margin, double? seconds = null) => EvaluationSet.FromCorpus(
            corpus.Utterances, new FrontEndSpecification { SpeechMargin = margin }, new UtteranceOptions(),
            new EvaluationOptions { MaximumSeconds = seconds });

        var (speech, wide, cut) = (Set(0), Set(0.3), Set(0.3, 0.5));
        for (var i = 0; i < speech.Items.Count; i++)
        {
            var (bare, padded) = (speech.Items[i].Segments[0], wide.Items[i].Segments[0]);
            Assert.Equal(bare.Features.Frames, speech.Items[i].SpeechFrames);
            Assert.Equal(speech.Items[i].SpeechFrames, wide.Items[i].SpeechFrames);
            Assert.True(padded.Features.Frames > bare.Features.Frames);
            var half = Assert.Single(cut.Items[i].Segments);
            Assert.Equal(50, half.SpeechFrames);
            // It begins as the whole does, with the margin, and its last frame is the fiftieth of speech.
            Assert.Equal(padded.Features.Row(0), half.Features.Row(0));
            Assert.Equal(bare.Features.Row(49), half.Features.Row(half.Features.Frames - 1));
        }
    }

    [Fact]
    public void Common_TwoFrontEnds_AreLeftWithWhatBothHear()
    {
        SyntheticSpeech.WriteCorpus(_folder.File("speech"), "s", 3, 3, 2, 7);
        var options = new EvaluationOptions { Conditions = [ListeningCondition.Telephone] };
        var corpus = Corpus.Load(_folder.File("speech"), new CorpusOptions { DevFraction = 0 });
        EvaluationSet Set(IEnumerable<CorpusUtterance> utterances, double margin) => EvaluationSet.FromCorpus(
            [.. utterances], SyntheticSpeech.FrontEnd with { SpeechMargin = margin }, new UtteranceOptions(), options);

        var (all, fewer) = (Set(corpus.Utterances, 0), Set(corpus.Utterances.Where((_, i) => i != 4), 0.3));
        var (first, second) = EvaluationSet.Common(all, fewer);
        Assert.Equal(fewer.Items.Select(item => item.Name), first.Items.Select(item => item.Name));
        Assert.Equal(first.Items.Select(item => item.Name), second.Items.Select(item => item.Name));
        Assert.Equal(first.Pairs, second.Pairs);
        Assert.Equal(28, first.Pairs.Count);
        string Trial(EvaluationSet set, TrialPair pair) =>
            $"{pair.IsTarget} {set.Items[pair.Enrol].Name} {set.Items[pair.Test].Name}";
        Assert.Equal(
            all.Pairs.Where(pair => pair.Enrol != 4 && pair.Test != 4).Select(pair => Trial(all, pair)),
            first.Pairs.Select(pair => Trial(first, pair)));
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
