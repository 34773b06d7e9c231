using Speaker.Training.Distances;
using Speaker.Training.Losses;
using Speaker.Training.Mining;
using Speaker.Training.Network;
using Speaker.Training.Sampling;
using TorchSharp;
using TorchSharp.Modules;

namespace Speaker.Training.Runs;

/// <summary>Everything that learns: encoder, losses, optimiser, and the averaged copy that ships.</summary>
/// <remarks>Not thread safe.</remarks>
internal sealed class TrainingState : IDisposable
{
    private const string EncoderPrefix = "encoder.";

    private readonly TrainingOptions _options;
    private readonly LearningSchedule _schedule;
    private readonly Distances.Distance _distance;
    private readonly Dictionary<string, TripletMiner> _miners = new(StringComparer.Ordinal);
    private readonly torch.Device _device;
    private readonly Encoder _encoder;
    private readonly LossSum _losses;
    private readonly SpeakerSoftmax? _softmax;
    private readonly WeightAverage? _average;
    private readonly WeightMixture? _mixture;
    private readonly AdamW _optimiser;
    private readonly Parameter[] _encoderParameters;
    private readonly Dictionary<string, torch.Tensor> _best;
    private bool _isFinal;

    public TrainingState(TrainingOptions options, IReadOnlyList<SpeakerClass> classes)
    {
        _options = options;
        _schedule = new LearningSchedule(options);
        _distance = Distances.Distance.Parse(options.Distance);
        foreach (var miner in MiningSchedule.Parse(options.Mining).Miners)
        {
            _miners[miner] = TripletMiner.Create(
                miner, _distance, options.TripletMargin, options.Encoder.Dimension, options.Seed);
        }

        torch.manual_seed(options.Seed);
        _device = TrainingDevice.Of(options.Device);
        _encoder = new Encoder(options.Encoder, normalised: options.From.Count == 0)
        {
            TrainsInBFloat16 = options.BFloat16 ?? (_device.type == DeviceType.CUDA || BFloat16Support.IsFast),
        };
        if (options.From.Count > 0)
        {
            EncoderWeights.ReadInto(options.From, _encoder);
        }

        _encoder.to(_device);
        _losses = TrainingLosses.Create(options, _schedule, classes);
        foreach (var part in _losses.Losses)
        {
            part.Loss.to(_device);
        }

        _softmax = _losses.Losses.Select(part => part.Loss).OfType<SpeakerSoftmax>().SingleOrDefault();
        _average = options.AveragingDecay > 0 ? new WeightAverage(_encoder, options.AveragingDecay) : null;
        _mixture = options.InitialShare > 0 ? new WeightMixture(_encoder, options.InitialShare) : null;
        _encoderParameters = [.. _encoder.parameters()];
        _optimiser = MakeOptimiser();
        using var scope = torch.NewDisposeScope();
        _best = ModelState(Shipped).ToDictionary(p => p.Key, p => p.Value.detach().clone().DetachFromDisposeScope());
    }

    /// <summary>The encoder that would ship now, in evaluation mode.</summary>
    public Encoder Shipped
    {
        get
        {
            var encoder = _average?.Encoder ?? _encoder;
            encoder = _isFinal || _mixture is null ? _mixture?.Encoder ?? encoder : _mixture.With(encoder);
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
        var all = Embed(_encoder, batch);
        var embeddings = batch.Unlabelled == 0 ? all : all.narrow(0, 0, batch.Labels.Length);
        var miner = _schedule.Miner(batch.Step);
        var distances = _distance.PairwiseMatrix(embeddings, embeddings);
        var mined = _miners[miner].Mine(distances, batch.Labels, batch.Step, batch.Channels);
        if (_softmax is MarginSoftmax softmax)
        {
            softmax.Margin = _schedule.AngularMargin(batch.Step);
        }

        var embedded = new EmbeddingBatch(embeddings, batch.Labels, mined.Triplets)
        {
            MinedFrom = (_distance, distances),
            Taught = batch.Targets is { } targets
                ? new TaughtBatch(
                    all, torch.tensor(targets, [batch.Crops, targets.Length / batch.Crops]).to(_device))
                : null,
        };
        var loss = _losses.Compute(embedded, batch.Step);
        var figures = new StepFigures(loss.Total.item<float>(), loss.Parts, miner, mined.Statistics);
        if (!double.IsFinite(figures.Loss))
        {
            throw new ModelException(
                $"The loss of step {batch.Step} is {figures.Loss}: training has diverged. Lower the learning rate, now "
                + $"{_options.LearningRate}, or the gradient norm, now {_options.GradientNorm}.");
        }

        _optimiser.ForgetGradients();
        loss.Total.backward();
        torch.nn.utils.clip_grad_norm_(_encoderParameters, _options.GradientNorm);
        _optimiser.LearningRate = _schedule.LearningRate(batch.Step);
        _optimiser.Step();
        _average?.Update(batch.Step);
        return figures;
    }

    /// <summary>
    /// The share of a batch's crops for which the softmax has the highest score for their own speaker; NaN without a
    /// softmax.
    /// </summary>
    public double Accuracy(TrainingBatch batch)
    {
        if (_softmax is null)
        {
            return double.NaN;
        }

        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var embeddings = Embed(Shipped, batch).narrow(0, 0, batch.Labels.Length);
        var right = _softmax.Scores(embeddings).argmax(1).eq(torch.tensor(batch.Labels).to(_device));
        return right.to_type(torch.ScalarType.Float32).mean().item<float>();
    }

    private torch.Tensor Embed(Encoder encoder, TrainingBatch batch)
    {
        var crops = batch.Crops;
        var features = torch.tensor(batch.Features, [crops, batch.Frames, _options.Encoder.Coefficients]).to(_device);
        var lengths = new long[crops];
        Array.Fill(lengths, batch.Frames);
        return encoder.call(features, torch.tensor(lengths));
    }

    /// <summary>The learning rate of a step.</summary>
    public double LearningRate(int step) => _schedule.LearningRate(step);

    /// <summary>Remembers the shipped weights as the best so far.</summary>
    public void KeepBest() => ModuleState.Copy(ModelState(Shipped), _best);

    /// <summary>Puts the best weights into the shipped encoder; nothing is learnt after this.</summary>
    public void RestoreBest()
    {
        _isFinal = true;
        ModuleState.Copy(_best, ModelState(Shipped));
    }

    public void Write(string path, CheckpointState state) => Checkpoint.Write(path, state, Tensors());

    public CheckpointState Read(string path, string fingerprint) => Checkpoint.Read(path, fingerprint, Tensors());

    public void Dispose()
    {
        _optimiser.Dispose();
        _average?.Dispose();
        _mixture?.Dispose();
        _losses.Dispose();
        _encoder.Dispose();
        foreach (var tensor in _best.Values)
        {
            tensor.Dispose();
        }
    }

    private static Dictionary<string, torch.Tensor> ModelState(Encoder encoder) => ModuleState.Of(encoder);

    /// <summary>Vectors (offsets, scales of a normalisation) do not decay.</summary>
    private AdamW MakeOptimiser()
    {
        var ofLosses = _losses.Losses.SelectMany(part => Named(part.Loss, part.Name + ".")).ToArray();
        return new AdamW(
        [
            .. Groups([.. Named(_encoder, EncoderPrefix)], _options.WeightDecay),
            .. Groups(ofLosses, _options.SoftmaxWeightDecay),
        ]);

        static IEnumerable<(string Name, Parameter Parameter)> Named(torch.nn.Module module, string prefix) =>
            module.named_parameters().Select(named => (prefix + named.name, named.parameter));

        static ParameterGroup[] Groups((string Name, Parameter Parameter)[] parameters, double decay) =>
        [
            new([.. parameters.Where(named => named.Parameter.shape.Length > 1)], decay),
            new([.. parameters.Where(named => named.Parameter.shape.Length <= 1)], 0),
        ];
    }

    /// <summary>All that a checkpoint holds.</summary>
    private Dictionary<string, torch.Tensor> Tensors()
    {
        var tensors = ModuleState.Of(_encoder, EncoderPrefix);
        foreach (var (name, tensor) in _losses.Losses.SelectMany(part => ModuleState.Of(part.Loss, part.Name + ".")))
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

        foreach (var (name, tensor) in _optimiser.State)
        {
            tensors.Add("optimiser." + name, tensor);
        }

        return tensors;
    }
}
