using Speaker.Models;
using Speaker.Training.Runs;
using Speaker.Training.Sampling;
using Speaker.Training.Tests.Losses;
using TorchSharp;

namespace Speaker.Training.Tests.Runs;

/// <summary>
/// Collections at the worst moments change nothing: whatever the tensor library reads is held until it has read it.
/// </summary>
public sealed class GarbageCollectionTests : IDisposable
{
    private const int Runs = 8;
    private const int Steps = 30;
    private const int Speakers = 6;
    private const int Utterances = 3;
    private const int Frames = 40;

    /// <summary>Every part that learns, and small: the steps are to be many.</summary>
    private static readonly TrainingOptions Options = new()
    {
        Bank = new FeatureBankOptions { Folder = "" },
        Encoder = new EncoderSpecification
        {
            Width = 8, Dilations = [1, 2], AggregateWidth = 12, AttentionWidth = 4, Dimension = 8, Branches = 2,
        },
        Steps = 2 * Steps,
        ContrastiveWeight = 1, LiftedWeight = 1, PrototypicalWeight = 1, Ge2eWeight = 1,
        BFloat16 = false,
    };

    private readonly int _threads = torch.get_num_threads();

    public GarbageCollectionTests() => torch.set_num_threads(1);

    public void Dispose() => torch.set_num_threads(_threads);

    [Fact]
    public void Learn_CollectionBetweenSteps_LearnsTheSame()
    {
        using TrainingState undisturbed = NewState(), disturbed = NewState();
        Assert.Equal(
            Losses(undisturbed, () => { }),
            Losses(disturbed, () =>
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }));
    }

    /// <summary>Runs share the processor, so that each is often stopped where a collection does the most harm.</summary>
    [Fact]
    public void Learn_CollectionsDuringEveryStep_LearnsTheSame()
    {
        using var undisturbed = NewState();
        var expected = Losses(undisturbed, () => { });
        var disturbed = Enumerable.Range(0, Runs).Select(_ => NewState()).ToArray();
        using (new EndlessCollections())
        {
            Parallel.ForEach(
                disturbed,
                new ParallelOptions { MaxDegreeOfParallelism = Runs },
                state => Assert.Equal(expected, Losses(state, () => { })));
        }

        Array.ForEach(disturbed, state => state.Dispose());
    }

    /// <summary>The same weights each time.</summary>
    private static TrainingState NewState() => new(
        Options, [.. Enumerable.Range(0, Speakers).Select(i => new SpeakerClass(i, 0, "made", [i], 1))]);

    /// <summary>The loss of each step on the same batch.</summary>
    private static double[] Losses(TrainingState state, Action afterEachStep)
    {
        var labels = Enumerable.Range(0, Speakers * Utterances).Select(i => (long)(i / Utterances)).ToArray();
        var features = Array.ConvertAll(
            LossFixtures.RandomValues(1, labels.Length * Frames * Options.Encoder.Coefficients), value => (float)value);
        var losses = new double[Steps];
        for (var step = 0; step < Steps; step++)
        {
            losses[step] = state.Learn(new TrainingBatch(step, features, labels, Frames)).Loss;
            afterEachStep();
        }

        return losses;
    }

    /// <summary>Collects garbage and runs finalizers on a thread of its own, without a pause, until it is disposed.</summary>
    private sealed class EndlessCollections : IDisposable
    {
        private readonly Thread _thread;
        private volatile bool _stopped;

        public EndlessCollections()
        {
            _thread = new Thread(() =>
            {
                while (!_stopped)
                {
                    GC.Collect();
                    GC.WaitForPendingFinalizers();
                }
            });
            _thread.Start();
        }

        public void Dispose()
        {
            _stopped = true;
            _thread.Join();
        }
    }
}
