using System.Diagnostics;
using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using Speaker.Inference;
using Speaker.Models;
using Speaker.Training.Exchange;
using Speaker.Training.Exchange.Onnx;
using Speaker.Training.Network;
using TorchSharp;

namespace Speaker.Bench;

/// <summary>
/// The encoder in use against ONNX Runtime and libtorch, on the same weights and features, one thread each, in one
/// process, turn by turn. Of each the call that took the least processor time counts: on a shared machine the others
/// measure the neighbours too.
/// </summary>
internal static class EncoderSpeed
{
    private const int CallsATurn = 5;

    /// <param name="Model">NAME of a model, with NAME.json and NAME.safetensors.</param>
    /// <param name="Frames">Lengths of utterances.</param>
    /// <param name="Seconds">That each side computes for, at each length.</param>
    internal sealed record Settings(string Model, IReadOnlyList<int> Frames, double Seconds);

    /// <returns>JSON, for each length: milliseconds a call by side, and how far embeddings lie apart.</returns>
    public static string Run(Settings settings)
    {
        var path = ModelFiles.Resolve(settings.Model);
        var specification = ModelFiles.ReadCard(path).Encoder;
        if (specification.Architecture != EncoderArchitecture.Tdnn)
        {
            throw new ModelException(
                $"{path} has a {specification.Architecture} encoder: bench encoder takes a TDNN, such as fast");
        }

        var weights = Safetensors.Read(path);
        var network = new EncoderNetwork(specification, weights, path);
        using var trained = new Encoder(specification);
        TensorFile.ReadInto(path, trained.state_dict());
        trained.eval();
        torch.set_num_threads(1);
        using var noGradients = torch.no_grad();
        return JsonSerializer.Serialize(settings.Frames.Select(frames =>
            Compare(specification, weights, network, trained, frames, settings.Seconds)));
    }

    private static Result Compare(
        EncoderSpecification specification, IReadOnlyDictionary<string, StoredTensor> weights, EncoderNetwork network,
        Encoder trained, int frames, double seconds)
    {
        var features = Noise.Make(frames * specification.Coefficients);
        var transposed = new float[features.Length];
        for (var i = 0; i < features.Length; i++)
        {
            transposed[(i % specification.Coefficients * frames) + (i / specification.Coefficients)] = features[i];
        }

        long[] series = [1, specification.Coefficients, frames];
        long[] picture = [1, specification.Coefficients, 1, frames];
        using var asSeries = new OnnxSide(Graph(specification, weights, series), transposed, series);
        using var asPicture = new OnnxSide(Graph(specification, weights, picture), transposed, picture);
        using var input = torch.tensor(features, [1L, frames, specification.Coefficients]);
        using var lengths = torch.tensor([(long)frames]);
        var sides = new Dictionary<string, Func<float[]>>
        {
            ["speaker"] = () => network.Embed(features, frames),
            ["onnxRuntime1d"] = asSeries.Embed,
            ["onnxRuntime2d"] = asPicture.Embed,
            ["libtorch"] = () =>
            {
                using var scope = torch.NewDisposeScope();
                return trained.call(input, lengths).data<float>().ToArray();
            },
        };

        var ours = network.Embed(features, frames);
        var differences = sides.ToDictionary(
            side => side.Key, side => side.Value().Zip(ours, (a, b) => Math.Abs(a - b)).Max());
        var fastest = sides.Keys.ToDictionary(name => name, _ => double.MaxValue);
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed.TotalSeconds < seconds * sides.Count)
        {
            foreach (var (name, side) in sides)
            {
                for (var call = 0; call < CallsATurn; call++)
                {
                    var start = ThreadClock.Milliseconds;
                    side();
                    fastest[name] = Math.Min(fastest[name], ThreadClock.Milliseconds - start);
                }
            }
        }

        return new Result(
            frames, fastest, differences, MultiplyAdds(specification, frames) * 2e-6 / fastest["speaker"]);
    }

    /// <summary>The same weights as an ONNX model for one length: [1, C, T], or [1, C, 1, T], for which ONNX Runtime
    /// has other kernels.</summary>
    private static byte[] Graph(
        EncoderSpecification specification, IReadOnlyDictionary<string, StoredTensor> weights, long[] shape)
    {
        var graph = new OnnxGraph();
        var embedding = TdnnGraph.Append(
            graph, specification, new WeightReader(weights, "the model"), OnnxSide.Input, asPicture: shape.Length == 4);
        return graph.ToModel((OnnxSide.Input, shape), (embedding, [1, specification.Dimension]));
    }

    /// <summary>Of the convolutions, which are nearly all.</summary>
    private static double MultiplyAdds(EncoderSpecification s, int frames)
    {
        var blocks = (double)s.Dilations.Count;
        var frame = ((double)s.Coefficients * s.EntryKernel * s.Width) + (blocks * 6 * s.Width * s.Width)
            + (blocks * s.Width * s.AggregateWidth) + (2.0 * s.AggregateWidth * s.AttentionWidth);
        return s.Branches * frame * ((frames + s.EntryStride - 1) / s.EntryStride);
    }

    /// <param name="Frames">Of the utterance.</param>
    /// <param name="Milliseconds">Of the fastest call, by side.</param>
    /// <param name="Differences">Of each side's embedding from ours, the largest of a value.</param>
    /// <param name="GigaflopsPerSecond">Of ours.</param>
    private sealed record Result(
        int Frames, Dictionary<string, double> Milliseconds, Dictionary<string, float> Differences,
        double GigaflopsPerSecond);

    private sealed class OnnxSide : IDisposable
    {
        public const string Input = "features";

        private static readonly string[] InputNames = [Input];

        private readonly InferenceSession _session;
        private readonly RunOptions _options = new();
        private readonly OrtValue[] _inputs;

        public OnnxSide(byte[] model, float[] features, long[] shape)
        {
            using var options = new SessionOptions
            {
                IntraOpNumThreads = 1,
                InterOpNumThreads = 1,
                ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
                GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            };
            _session = new InferenceSession(model, options);
            _inputs = [OrtValue.CreateTensorValueFromMemory(features, shape)];
        }

        public float[] Embed()
        {
            using var results = _session.Run(_options, InputNames, _inputs, _session.OutputNames);
            return results[0].GetTensorDataAsSpan<float>().ToArray();
        }

        public void Dispose()
        {
            _inputs[0].Dispose();
            _options.Dispose();
            _session.Dispose();
        }
    }
}
