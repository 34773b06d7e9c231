using Speaker.Model.Encoding;
using Speaker.Model.Losses;
using Speaker.Model.Mining;
using Speaker.Model.Sampling;
using TorchSharp;
using TorchSharp.Modules;

namespace Speaker.Model.Training;

/// <summary>Everything that learns: encoder, softmax, optimiser, and the averaged copy that ships.</summary>
/// <remarks>Not thread safe.</remarks>
internal sealed class TrainingState : IDisposable
{
    private readonly TrainingOptions _options;
    private readonly LearningSchedule _schedule;
    private readonly TripletLoss _triplets;
    private readonly SemiHardMiner _miner;
    private readonly Encoder _encoder;
    private readonly AdditiveAngularMarginSoftmax? _softmax;
    private readonly WeightAverage? _average;
    private readonly AdamW _optimiser;
    private readonly Parameter[] _encoderParameters;
    private readonly Dictionary<string, torch.Tensor> _best;

    public TrainingState(TrainingOptions options, IReadOnlyList<SpeakerClass> classes)
    {
        _options = options;
        _schedule = new LearningSchedule(options);
        _triplets = new TripletLoss(Distances.Distance.Parse(options.Distance), options.TripletMargin);
        _miner = new SemiHardMiner(options.TripletMargin);
        torch.manual_seed(options.Seed);
        _encoder = new Encoder(options.Encoder)
        {
            TrainsInBFloat16 = options.BFloat16 ?? Encoding.BFloat16.IsFast,
        };
        if (options.From is { } start)
        {
            Safetensors.ReadInto(start, ModuleState.Of(_encoder));
        }

        if (options.SoftmaxWeight > 0)
        {
            var corpora = classes.Select(c => c.Corpus).Distinct(StringComparer.Ordinal).ToList();
            _softmax = new AdditiveAngularMarginSoftmax(
                options.Encoder.Dimension,
                classes.Count,
                0,
                options.SoftmaxScale,
                options.SoftmaxWithinCorpus ? [.. classes.Select(c => (long)corpora.IndexOf(c.Corpus))] : null);
        }

        _average = options.AveragingDecay > 0 ? new WeightAverage(_encoder, options.AveragingDecay) : null;
        _encoderParameters = [.. _encoder.parameters()];
        _optimiser = MakeOptimiser();
        _best = ModelState(Shipped).ToDictionary(p => p.Key, p => p.Value.detach().clone().DetachFromDisposeScope());
    }

    /// <summary>The encoder that would ship now, in evaluation mode.</summary>
    public Encoder Shipped
    {
        get
        {
            var encoder = _average?.Encoder ?? _encoder;
            encoder.eval();
            return encoder;
        }
    }

    /// <summary>Learns from one batch.</summary>
    /// <exception cref="ModelException">The loss or an embedding is not finite.</exception>
    public StepFigures Learn(TrainingBatch batch)
    {
        using var scope = torch.NewDisposeScope();
        _encoder.train();
        foreach (var group in _optimiser.ParamGroups)
        {
            group.LearningRate = _schedule.LearningRate(batch.Step);
        }

        var crops = batch.Labels.Length;
        var features = torch.tensor(batch.Features, [crops, _options.Encoder.Coefficients, batch.Frames]);
        var lengths = new long[crops];
        Array.Fill(lengths, batch.Frames);
        var embeddings = _encoder.call(features, torch.tensor(lengths));
        var mined = Mine(embeddings, batch.Labels);
        var triplet = _triplets.Compute(embeddings, mined.Triplets);
        var loss = triplet.Loss * _options.TripletWeight;
        var softmaxLoss = double.NaN;
        if (_softmax is not null)
        {
            _softmax.Margin = _schedule.AngularMargin(batch.Step);
            var softmax = _softmax.call(embeddings, torch.tensor(batch.Labels));
            softmaxLoss = softmax.item<float>();
            loss += softmax * _options.SoftmaxWeight;
        }

        var figures = new StepFigures(
            loss.item<float>(),
            triplet.Loss.item<float>(),
            softmaxLoss,
            mined.Statistics.ActiveFraction,
            mined.Statistics.MeanPositive,
            mined.Statistics.MeanNegative);
        if (!double.IsFinite(figures.Loss))
        {
            throw new ModelException(
                $"The loss of step {batch.Step} is {figures.Loss}: training has diverged. Lower the learning rate, now "
                + $"{_options.LearningRate}, or the gradient norm, now {_options.GradientNorm}.");
        }

        _optimiser.zero_grad();
        loss.backward();
        torch.nn.utils.clip_grad_norm_(_encoderParameters, _options.GradientNorm);
        _optimiser.step();
        _average?.Update(batch.Step);
        return figures;
    }

    /// <summary>
    /// The share of a batch's crops whose nearest softmax direction is their own; NaN without a softmax.
    /// </summary>
    public double Accuracy(TrainingBatch batch)
    {
        if (_softmax is null)
        {
            return double.NaN;
        }

        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var crops = batch.Labels.Length;
        var features = torch.tensor(batch.Features, [crops, _options.Encoder.Coefficients, batch.Frames]);
        var lengths = new long[crops];
        Array.Fill(lengths, batch.Frames);
        var embeddings = Shipped.call(features, torch.tensor(lengths));
        var distances = Distances.Distance.Cosine.PairwiseMatrix(embeddings, _softmax.Weight);
        var right = (-distances).argmax(1).eq(torch.tensor(batch.Labels));
        return right.to_type(torch.ScalarType.Float32).mean().item<float>();
    }

    /// <summary>The learning rate of a step.</summary>
    public double LearningRate(int step) => _schedule.LearningRate(step);

    /// <summary>Remembers the shipped weights as the best so far.</summary>
    public void KeepBest() => ModuleState.Copy(ModelState(Shipped), _best);

    /// <summary>Puts the best weights into the shipped encoder; nothing is learnt after this.</summary>
    public void RestoreBest() => ModuleState.Copy(_best, ModelState(Shipped));

    public void Write(string path, CheckpointState state) => Checkpoint.Write(path, state, Tensors(), _optimiser);

    public CheckpointState Read(string path, string fingerprint) =>
        Checkpoint.Read(path, fingerprint, Tensors(), _optimiser);

    public void Dispose()
    {
        _optimiser.Dispose();
        _average?.Dispose();
        _softmax?.Dispose();
        _encoder.Dispose();
        foreach (var tensor in _best.Values)
        {
            tensor.Dispose();
        }
    }

    private static Dictionary<string, torch.Tensor> ModelState(Encoder encoder) => ModuleState.Of(encoder);

    private MiningResult Mine(torch.Tensor embeddings, long[] labels)
    {
        using var noGradient = torch.no_grad();
        var detached = embeddings.detach();
        return _miner.Mine(_triplets.Distance.PairwiseMatrix(detached, detached), labels);
    }

    private AdamW MakeOptimiser()
    {
        AdamW.ParamGroup Group(IEnumerable<Parameter> parameters, double decay) =>
            new(parameters, _options.LearningRate, 0.9, 0.999, 1e-8, decay);

        var groups = new List<AdamW.ParamGroup>
        {
            Group(_encoderParameters.Where(p => p.shape.Length > 1), _options.WeightDecay),
            Group(_encoderParameters.Where(p => p.shape.Length <= 1), 0),
        };
        if (_softmax is not null)
        {
            groups.Add(Group(_softmax.parameters(), _options.SoftmaxWeightDecay));
        }

        return torch.optim.AdamW(groups);
    }

    private Dictionary<string, torch.Tensor> Tensors()
    {
        var tensors = ModuleState.Of(_encoder, "encoder.");
        foreach (var (name, tensor) in _softmax is null ? [] : ModuleState.Of(_softmax, "softmax."))
        {
            tensors.Add(name, tensor);
        }

        foreach (var (name, tensor) in _average is null ? [] : ModuleState.Of(_average.Encoder, "average."))
        {
            tensors.Add(name, tensor);
        }

        foreach (var (name, tensor) in _best)
        {
            tensors.Add("best." + name, tensor);
        }

        return tensors;
    }
}
