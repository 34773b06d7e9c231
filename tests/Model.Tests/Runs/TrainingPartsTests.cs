using Microsoft.Extensions.Options;
using Speaker.Audio;
using Speaker.Audio.Features;
using Speaker.Models;
using Speaker.Numerics;
using Speaker.Training.Distances;
using Speaker.Training.Losses;
using Speaker.Training.Mining;
using Speaker.Training.Network;
using Speaker.Training.Runs;
using Speaker.Training.Tensors;
using TorchSharp;

namespace Speaker.Training.Tests.Runs;

public class TrainingPartsTests
{
    private static readonly TrainingOptions Options = new()
    {
        Bank = new FeatureBankOptions { Folder = "features" },
        Steps = 1000, LearningRate = 0.01, WarmUpShare = 0.2, AngularMargin = 0.3, MarginRampShare = 0.5,
    };

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    public void BatchQueue_OfSoManyMakers_GivesTheBatchesOfTheStepsInOrder(int makers)
    {
        using var queue = new BatchQueue<(int Step, int Maker)>(
            [.. Enumerable.Range(0, makers).Select<int, Func<int, (int, int)>>(maker => step => (step, maker))], 5, 25);

        var taken = Enumerable.Range(0, 20).Select(_ => queue.Take(CancellationToken.None)).ToArray();

        Assert.Equal(Enumerable.Range(5, 20), taken.Select(batch => batch.Step));
        Assert.Equal(Enumerable.Range(0, 20).Select(i => i % makers), taken.Select(batch => batch.Maker));
        Assert.Throws<InvalidOperationException>(() => queue.Take(CancellationToken.None));
    }

    [Fact]
    public void BatchQueue_WhoseMakerFails_ThrowsThatAtItsStep()
    {
        using var queue = new BatchQueue<int>(
            [step => step, step => step < 3 ? step : throw new AudioException("step 3")], 0, 10);

        Assert.Equal([0, 1, 2], Enumerable.Range(0, 3).Select(_ => queue.Take(CancellationToken.None)));
        Assert.Equal(
            "step 3", Assert.Throws<AudioException>(() => queue.Take(CancellationToken.None)).Message);
    }

    [Fact]
    public void Device_ThatIsNotThere_SaysWhatToDo()
    {
        if (TorchSharp.torch.cuda.is_available())
        {
            Assert.Equal(TorchSharp.DeviceType.CUDA, TrainingDevice.Of(TrainingDevice.Cuda).type);
            return;
        }

        Assert.Contains("-p:Torch=cuda", Assert.Throws<ModelException>(
            () => TrainingDevice.Of(TrainingDevice.Cuda)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LearningRate_OneCycle_RisesToTheHeightAndFallsToNextToNothing()
    {
        var schedule = new LearningSchedule(Options);
        Assert.Equal(0.01 / 25, schedule.LearningRate(0), 9);
        Assert.Equal((0.01 + (0.01 / 25)) / 2, schedule.LearningRate(100), 9);
        Assert.Equal(0.01, schedule.LearningRate(200), 9);
        Assert.Equal(0.01 / 2500, schedule.LearningRate(999), 9);
        for (var step = 1; step < 1000; step++)
        {
            Assert.Equal(step <= 200, schedule.LearningRate(step) > schedule.LearningRate(step - 1));
        }
    }

    [Fact]
    public void AngularMargin_Ramp_GrowsEvenlyThenStays()
    {
        var schedule = new LearningSchedule(Options);
        Assert.Equal(0, schedule.AngularMargin(0));
        Assert.Equal(0.15, schedule.AngularMargin(250), 9);
        Assert.Equal(0.3, schedule.AngularMargin(500), 9);
        Assert.Equal(0.3, schedule.AngularMargin(999), 9);
    }

    [Fact]
    public void Observe_StuckAtTheMargin_StopsAfterThatManyStepsAndSaysWhatToDo()
    {
        var alarm = new CollapseAlarm(0.3, 0.3, 50);
        for (var step = 0; step < 49; step++)
        {
            alarm.Observe(0.2999, 1, 0.2, 0.2001);
        }

        var error = Assert.Throws<ModelException>(() => alarm.Observe(0.2999, 1, 0.2, 0.2001));
        Assert.Contains("50 steps", error.Message, StringComparison.Ordinal);
        Assert.Contains("learning rate", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Observe_SoftMarginOfEqualDistances_Stops()
    {
        var alarm = CollapseAlarm.Of(Options with { TripletKind = "soft-margin", CollapseSteps = 10 });
        MiningStatistics equal = new(1, 0.4, 0.4001, 0), apart = new(1, 0.4, 0.7, 0.5);
        StepFigures Step(double loss, MiningStatistics mining) =>
            new(loss, [new("triplet", loss)], "semi-hard", mining);
        for (var step = 0; step < 9; step++)
        {
            alarm.Observe(Step(Math.Log(2), equal));
            // Steps without a triplet loss say nothing either way.
            alarm.Observe(new StepFigures(1, [new("softmax", 1)], "semi-hard", apart));
        }

        Assert.Equal(9, alarm.Suspicious);
        Assert.Throws<ModelException>(() => alarm.Observe(Step(Math.Log(2), equal)));
        alarm.Observe(Step(0.55, apart));
        Assert.Equal(0, alarm.Suspicious);
    }

    [Fact]
    public void TripletWeight_StartAndRamp_ComesInEvenly()
    {
        var schedule = new LearningSchedule(
            Options with { TripletWeight = 2, TripletStartShare = 0.3, TripletRampShare = 0.2 });
        Assert.Equal(0, schedule.TripletWeight(0));
        Assert.Equal(0, schedule.TripletWeight(299));
        Assert.Equal(0.01, schedule.TripletWeight(300), 9);
        Assert.Equal(1, schedule.TripletWeight(399), 9);
        Assert.Equal(2, schedule.TripletWeight(499), 9);
        Assert.Equal(2, schedule.TripletWeight(999));
        var steady = new LearningSchedule(Options);
        Assert.All(Enumerable.Range(0, 1000), step => Assert.Equal(1, steady.TripletWeight(step)));
    }

    [Fact]
    public void SoftmaxWeight_Stop_IsWholeUntilThen()
    {
        var schedule = new LearningSchedule(Options with { SoftmaxWeight = 3, SoftmaxStopShare = 0.3 });
        Assert.Equal((3, 3, 0, 0), (schedule.SoftmaxWeight(0), schedule.SoftmaxWeight(299),
            schedule.SoftmaxWeight(300), schedule.SoftmaxWeight(999)));
        Assert.Equal(1, new LearningSchedule(Options).SoftmaxWeight(999));
    }

    [Fact]
    public void WeightAverage_Updates_AreTheExponentialAverageOfTheSteps()
    {
        using var scope = torch.NewDisposeScope();
        using var encoder = new Encoder(new EncoderSpecification { Width = 8, Dilations = [1], AggregateWidth = 8 });
        using var average = new WeightAverage(encoder, 0.9);
        var (weight, averaged) = (encoder.parameters().First(), average.Encoder.parameters().First());
        var expected = averaged.data<float>().ToArray()[0];
        for (var step = 0; step < 150; step++)
        {
            using (torch.no_grad())
            {
                weight.FillInPlace(step * 0.1);
            }

            average.Update(step);
            var decay = Math.Min(0.9, (1.0 + step) / (10 + step));
            expected = (float)((decay * expected) + ((1 - decay) * step * 0.1));
            Assert.Equal(expected, averaged.data<float>().ToArray()[0], 1e-4);
        }
    }

    [Fact]
    public void WeightMixture_OfLearntWeights_LiesBetweenThemAndTheFirstOnes()
    {
        using var scope = torch.NewDisposeScope();
        using var encoder = new Encoder(new EncoderSpecification { Width = 8, Dilations = [1], AggregateWidth = 8 });
        using var mixture = new WeightMixture(encoder, 0.25);
        var weight = encoder.parameters().First();
        var first = weight.data<float>().ToArray();
        foreach (var learnt in (double[])[2, -3])
        {
            using (torch.no_grad())
            {
                weight.FillInPlace(learnt);
            }

            // Twice: what was mixed before must not count.
            mixture.With(encoder);
            var mixed = mixture.With(encoder).parameters().First().data<float>().ToArray();
            Assert.All(
                first.Zip(mixed), pair => Assert.Equal((0.25 * pair.First) + (0.75 * learnt), pair.Second, 1e-6));
        }
    }

    [Fact]
    public void ProgressMeter_StepsWithoutTriplets_AreLeftOutOfTheirMeansOnly()
    {
        var meter = new ProgressMeter(TimeProvider.System, 0, 10);
        meter.Add(new StepFigures(2, [], "semi-hard", new MiningStatistics(0.5, 0.2, 0.6, 0.3)), 8);
        meter.Add(new StepFigures(4, [], "semi-hard", new TripletCollector(0.3f).ToResult().Statistics), 8);

        var report = meter.Report(2, 0.1, double.NaN, 1e-3, CheckpointState.Start(""));

        Assert.Equal((3, new MiningStatistics(0.5, 0.2, 0.6, 0.3)), (report.Loss, report.Mining));
    }

    [Fact]
    public void Observe_AllEmbeddingsTogether_Stops()
    {
        var alarm = new CollapseAlarm(0.3, 0.3, 10);
        for (var step = 0; step < 9; step++)
        {
            alarm.Observe(0.25, 0.9, 1e-4, 1e-4);
        }

        Assert.Throws<ModelException>(() => alarm.Observe(0.25, 0.9, 1e-4, 1e-4));
    }

    [Fact]
    public void Observe_HealthyStepInBetween_StartsTheCountAgain()
    {
        var alarm = new CollapseAlarm(0.3, 0.3, 10);
        for (var step = 0; step < 200; step++)
        {
            // Hard but learning: as at the start of the run that ships.
            alarm.Observe(step % 9 == 8 ? 0.27 : 0.3, 1, 1.0, step % 9 == 8 ? 1.03 : 1.0);
        }

        Assert.InRange(alarm.Suspicious, 0, 9);
    }

    [Theory]
    [InlineData(60, 80)]
    [InlineData(13, 24)]
    [InlineData(40, 40)]
    public void MelDomain_ThereAndBack_IsTheCosineTransformByItsSum(int cepstra, int bands)
    {
        var domain = new MelDomain(cepstra, bands);
        var input = TestSignals.Noise(3 * cepstra, 21);
        var mel = new float[3 * bands];
        domain.ToMel(input, mel);
        for (var row = 0; row < 3; row++)
        {
            for (var j = 0; j < bands; j++)
            {
                var expected = Enumerable.Range(0, cepstra).Sum(k => input[(row * cepstra) + k]
                    * Math.Sqrt((k == 0 ? 1.0 : 2.0) / bands) * Math.Cos(Math.PI * k * (j + 0.5) / bands));
                Assert.Equal(expected, mel[(row * bands) + j], 1e-4);
            }
        }

        var back = new float[input.Length];
        domain.ToCepstra(mel, back);
        Assert.All(Enumerable.Range(0, input.Length), i => Assert.Equal(input[i], back[i], 1e-4));
    }

    [Fact]
    public void CropAugmenter_NoiseFloor_NeverLowersASpectrumAndFillsItsValleys()
    {
        var specification = new FrontEndSpecification { Cepstra = 80, MelBands = 80 };
        var options = new CropOptions { NoiseFloorProbability = 1, BandMaskProbability = 0, TimeMaskProbability = 0 };
        var domain = new MelDomain(80, 80);
        var before = Enumerable.Range(0, 50 * 80).Select(i => i % 7 == 0 ? 5f : -15f).ToArray();
        var cepstra = new float[before.Length];
        domain.ToCepstra(before, cepstra);
        var crop = new FeatureMatrix(cepstra, 50, 80);
        new CropAugmenter(options, specification).Apply(crop, SplitRandom.For(1));
        var after = new float[before.Length];
        domain.ToMel(crop.Values, after);
        for (var i = 0; i < before.Length; i++)
        {
            Assert.True(after[i] > before[i] - 1e-3);
            // 3 to 9 nepers below the peaks, 6 dB and some jitter either side.
            Assert.InRange(after[i], 5 - 9 - 1.4 - 1.8, 5 + 1.5);
        }
    }

    [Fact]
    public void CropAugmenter_Masks_TakeOneBandAndOneSegmentAway()
    {
        var specification = new FrontEndSpecification { Cepstra = 80, MelBands = 80 };
        var options = new CropOptions
        {
            NoiseFloorProbability = 0, BandMaskProbability = 1, TimeMaskProbability = 1, WidestBandMask = 10,
        };
        var domain = new MelDomain(80, 80);
        for (var seed = 0; seed < 20; seed++)
        {
            var crop = new FeatureMatrix(TestSignals.Noise(64 * 80, seed), 64, 80);
            new CropAugmenter(options, specification).Apply(crop, SplitRandom.For(seed));
            var mel = new float[64 * 80];
            domain.ToMel(crop.Values, mel);
            bool Empty(IEnumerable<int> places) => places.All(p => Math.Abs(mel[p]) < 1e-4);
            var (everyBand, everyFrame) = (Enumerable.Range(0, 80).ToArray(), Enumerable.Range(0, 64).ToArray());
            var bands = everyBand.Where(b => Empty(everyFrame.Select(t => (t * 80) + b))).ToArray();
            var frames = everyFrame.Where(t => Empty(everyBand.Select(b => (t * 80) + b))).ToArray();
            Assert.InRange(bands.Length, 1, 10);
            Assert.Equal(bands.Length - 1, bands[^1] - bands[0]);
            Assert.InRange(frames.Length, 1, 8);
            Assert.Equal(frames.Length - 1, frames[^1] - frames[0]);
        }
    }

    [Fact]
    public void Validate_OutOfRange_NamesOptionValueAndBound()
    {
        (TrainingOptions, string)[] bad =
        [
            (Options with { Steps = 0 }, "Steps = 0"),
            (Options with { LearningRate = -1 }, "LearningRate = -1"),
            (Options with { TripletMargin = 5 }, "TripletMargin = 5"),
            (Options with { AveragingDecay = 1 }, "AveragingDecay = 1"),
            (Options with { TripletWeight = 0, SoftmaxWeight = 0 }, "every loss is 0"),
            (Options with { TripletStartShare = 0.5, SoftmaxStopShare = 0.4 }, "from 40 % to 50 % of the steps"),
            (Options with { TripletStartShare = 0.5, SoftmaxWeight = 0 }, "from 0 % to 50 %"),
            (Options with { TripletWeight = 0, SoftmaxStopShare = 0.4 }, "from 40 % to 100 %"),
            (Options with { TripletKind = "soft" }, "TripletKind = 'soft'"),
            (Options with { SoftmaxKind = "arc" }, "additive-angular-margin"),
            (Options with { ContrastivePairs = "batch-all" }, "batch or mined"),
            (Options with { Mining = "hardest" }, "distance-weighted"),
            (Options with { LiftedMargin = 0 }, "LiftedMargin = 0"),
            (Options with { Distance = "hamming" }, "hamming"),
            (Options with { FrontEnd = new FrontEndSpecification { Cepstra = 40 } }, "40"),
            (Options with { Crops = new CropOptions { LongestSeconds = 0.2 } }, "LongestSeconds = 0.2"),
            (Options with { Bank = Options.Bank with { Speeds = [0.9] } }, "Speeds"),
        ];
        foreach (var (options, what) in bad)
        {
            Assert.Contains(what, Assert.Throws<OptionsValidationException>(options.Validate).Message, StringComparison.Ordinal);
        }

        Options.Validate();
        (Options with { SoftmaxStopShare = 0.3, TripletStartShare = 0.3 }).Validate();
        (Options with { SoftmaxWeight = 0, TripletWeight = 0, Ge2eWeight = 1 }).Validate();
    }
}
