using Speaker.Audio;
using Speaker.Corpora;
using Speaker.Evaluation;
using Speaker.Inference;
using Speaker.Models;
using Speaker.Training.Network;
using Speaker.Training.Runs;
using Speaker.Training.Sampling;
using Speaker.Training.Studies;

namespace Speaker.Training.Tests.Studies;

/// <summary>Whole leave-out runs on voices made here, small enough for a test.</summary>
public sealed class LeaveOutStudyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public LeaveOutStudyTests()
    {
        var lines = new List<string> { "path,speaker,corpus,split" };
        foreach (var (corpus, voice, speakers) in ((string, int, int)[])[("east", 10, 4), ("north", 40, 4), ("west", 70, 3)])
        {
            SyntheticSpeech.WriteCorpus(_folder.File("all", corpus), corpus, speakers, 3, 1.5, voice);
            foreach (var file in Directory.GetFiles(_folder.File("all", corpus), "*.wav", SearchOption.AllDirectories))
            {
                var speaker = Path.GetFileName(Path.GetDirectoryName(file)!);
                lines.Add($"{Path.GetRelativePath(_folder.File("all"), file)},{speaker},{corpus},"
                    + (speaker == $"{corpus}0" ? "dev" : "train"));
            }
        }

        File.WriteAllLines(_folder.File("all", "manifest.csv"), lines);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Run_EachCorpusInTurn_LearnsFromTheOthersAndJudgesEverybodyInIt()
    {
        var seen = new List<LeaveOutProgress>();
        var options = Options();
        var result = new LeaveOutStudy(options).Run(Voices(), new Recorder(seen));

        Assert.Equal(["east", "north", "west"], result.Groups.Select(group => group.Name));
        Assert.Equal([4, 4, 3], result.Groups.Select(group => group.Speakers));
        // All pairs of one speaker's three recordings, and all of two speakers', dev or not.
        Assert.Equal([12, 12, 9], result.Groups.Select(group => group.Targets));
        Assert.Equal([66, 66, 36], result.Groups.Select(group => group.Trials));
        Assert.All(result.Groups, group => Assert.Null(group.InitialEer));
        Assert.Null(result.MeanInitialEer);
        Assert.Equal(3, seen.Count(progress => progress.Finished is not null));

        // As training on the train split of the other two does it, with nothing dropped in between.
        var west = result.Groups[2];
        Assert.Equal(ByHand(options.Training, "west"), west.Eer, 12);
        Assert.Equal(west.Eer, west.EerByCorpus["west"], 12);
        Assert.Equal(result.Groups.Average(group => group.Eer), result.MeanEer, 12);
    }

    [Fact]
    public void Run_FromAModelWithoutLearning_GivesWhatTheModelGives()
    {
        var weights = _folder.File("start.safetensors");
        using (var encoder = new Encoder(Small))
        {
            ModelFiles.Save(
                weights, TensorFile.Store(encoder.state_dict()),
                new ModelCard { Name = "start", FrontEnd = SyntheticSpeech.FrontEnd, Encoder = Small });
        }

        var options = Options() with { Groups = [["west", "east"]] };
        options = options with { Training = options.Training with { From = [weights], LearningRate = 1e-12, Steps = 1 } };
        var group = Assert.Single(new LeaveOutStudy(options).Run(Voices()).Groups);

        Assert.Equal("west, east", group.Name);
        Assert.Equal(["east", "west"], group.InitialEerByCorpus!.Keys);
        Assert.Equal(12 + 9, group.Targets);
        var judged = EvaluationSet.FromCorpus(
            [.. Voices().Utterances.Where(u => u.Corpus == "east")], SyntheticSpeech.FrontEnd, new UtteranceOptions(),
            new EvaluationOptions());
        var rate = Evaluator.EerByCorpus(judged, Evaluator.Score(VoiceEncoder.Load(weights), judged, 1))["east"];
        Assert.Equal(rate, group.InitialEerByCorpus["east"], 12);
        Assert.Equal(group.InitialEerByCorpus.Values.Average(), group.InitialEer!.Value, 12);
    }

    [Fact]
    public void Run_ModelThatLearntFromSome_DoesNotJudgeThem()
    {
        var weights = _folder.File("knows.safetensors");
        using (var encoder = new Encoder(Small))
        {
            ModelFiles.Save(
                weights, TensorFile.Store(encoder.state_dict()),
                new ModelCard
                {
                    Name = "knows",
                    FrontEnd = SyntheticSpeech.FrontEnd,
                    Encoder = Small,
                    Training = new TrainingSummary("", 1, 10, 1, 1, [])
                    {
                        SpeakerHashes = [LearntSpeakers.HashOf("north/north1"), LearntSpeakers.HashOf("east/east3")],
                    },
                });
        }

        var options = Options() with { Groups = [["north"]] };
        options = options with { Training = options.Training with { From = [weights] } };
        var result = new LeaveOutStudy(options).Run(Voices());

        Assert.Equal(2, result.LearntLeftOut);
        Assert.Equal(3, Assert.Single(result.Groups).Speakers);
    }

    [Theory]
    [InlineData("south", "There is no corpus named south")]
    [InlineData("east,north,west", "fewer than 2 speakers are left to train on")]
    public void Run_GroupThatCannotBe_SaysWhy(string group, string message)
    {
        var options = Options() with { Groups = [group.Split(',')] };
        var error = Assert.Throws<ModelException>(() => new LeaveOutStudy(options).Run(Voices()));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_TeacherThatIsAsked_DoesNotTeachTheGroup()
    {
        var weights = _folder.File("teacher.safetensors");
        using (var encoder = new Encoder(Small))
        {
            ModelFiles.Save(
                weights, TensorFile.Store(encoder.state_dict()),
                new ModelCard { Name = "teacher", FrontEnd = SyntheticSpeech.FrontEnd, Encoder = Small });
        }

        var options = Options() with { Groups = [["west"]] };
        options = options with { Training = options.Training with { Teachers = [weights] } };
        var taught = new LeaveOutStudy(options).Run(Voices()).Groups[0];

        // The same as where the group's train recordings were never in the corpus.
        var manifest = _folder.File("all", "manifest.csv");
        File.WriteAllLines(manifest, File.ReadAllLines(manifest).Select(
            line => line.Contains(",west,", StringComparison.Ordinal) ? line.Replace(",train", ",test") : line));
        Assert.Equal(taught.Eer, new LeaveOutStudy(options).Run(Voices()).Groups[0].Eer, 12);
    }

    private static EncoderSpecification Small { get; } = new()
    {
        Width = 16, Dilations = [1, 2], AggregateWidth = 24, AttentionWidth = 8, Dimension = 16,
    };

    private double ByHand(TrainingOptions training, string leftOut)
    {
        var voices = Voices();
        using var bank = FeatureBank.Open(
            [.. voices.Of(CorpusSplit.Train).Where(u => u.Corpus != leftOut)], training.FrontEnd,
            training.Bank with { Folder = _folder.File("by-hand") });
        var classes = bank.Classes(0.01).Classes;
        var maker = new BatchMaker(
            bank, classes, training.Sampling, training.Crops, training.FrontEnd, training.Seed);
        using var state = new TrainingState(training, classes);
        for (var step = 0; step < training.Steps; step++)
        {
            state.Learn(maker.Make(step));
        }

        var judged = EvaluationSet.FromCorpus(
            [.. voices.Utterances.Where(u => u.Corpus == leftOut)], training.FrontEnd, new UtteranceOptions(),
            new EvaluationOptions());
        var card = new ModelCard { Name = "by hand", FrontEnd = training.FrontEnd, Encoder = training.Encoder };
        var encoder = VoiceEncoder.UnderTraining(state.Shipped.Store(), card);
        return Evaluator.EerByCorpus(judged, Evaluator.Score(encoder, judged, 1))[leftOut];
    }

    private Corpus Voices() => Corpus.Load(_folder.File("all"), new CorpusOptions { DevFraction = 0 });

    private LeaveOutOptions Options() => new()
    {
        Training = new TrainingOptions
        {
            FrontEnd = SyntheticSpeech.FrontEnd,
            Encoder = Small,
            Bank = new FeatureBankOptions { Folder = _folder.File("features"), Speeds = [1], Versions = 1, Threads = 1 },
            Sampling = new SamplingOptions { Speakers = 4, Utterances = 2 },
            Crops = new CropOptions { ShortestSeconds = 0.5, LongestSeconds = 1 },
            Steps = 3,
            SoftmaxWeight = 1,
            BFloat16 = false,
            Threads = 1,
        },
    };

    private sealed class Recorder(List<LeaveOutProgress> seen) : IProgress<LeaveOutProgress>
    {
        public void Report(LeaveOutProgress value) => seen.Add(value);
    }
}
