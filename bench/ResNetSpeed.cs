using System.Diagnostics;
using System.Numerics.Tensors;
using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using Speaker.Inference;
using Speaker.Models;
using Speaker.Training.Exchange;

namespace Speaker.Bench;

/// <summary>
/// A ResNet in use against ONNX Runtime on the graph that its weights are from, one thread each, in one process, turn
/// by turn. Of each the call that took the least processor time counts.
/// </summary>
internal static class ResNetSpeed
{
    /// <param name="Weights">What <c>speaker-train import</c> takes.</param>
    /// <param name="Graph">The same weights as ONNX: inputs fbank [1, T, 80] and weights [1, T].</param>
    /// <param name="Frames">Lengths of utterances.</param>
    /// <param name="Seconds">That each side computes for, at each length.</param>
    internal sealed record Settings(string Weights, string Graph, IReadOnlyList<int> Frames, double Seconds);

    /// <returns>JSON, for each length: milliseconds a call by side, and the cosine of the embeddings.</returns>
    public static string Run(Settings settings)
    {
        var folder = Directory.CreateTempSubdirectory();
        var path = Path.Combine(folder.FullName, "resnet34.safetensors");
        var card = ResNetImport.Import(settings.Weights, path);
        var network = new EncoderNetwork(card.Encoder, Safetensors.Read(path), path);
        folder.Delete(recursive: true);
        using var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
        };
        using var session = new InferenceSession(settings.Graph, options);
        return JsonSerializer.Serialize(
            settings.Frames.Select(frames => Compare(network, session, frames, settings.Seconds)));
    }

    private static Result Compare(EncoderNetwork network, InferenceSession session, int frames, double seconds)
    {
        const int bands = 80;
        var cepstra = Noise.Make(frames * bands);
        var weights = new float[frames];
        weights.AsSpan().Fill(1);
        using var fbank = OrtValue.CreateTensorValueFromMemory(ToBands(cepstra, bands), [1, frames, bands]);
        using var ones = OrtValue.CreateTensorValueFromMemory(weights, [1, frames]);
        using var runOptions = new RunOptions();
        float[] Theirs()
        {
            using var results = session.Run(runOptions, ["fbank", "weights"], [fbank, ones], session.OutputNames);
            return results[0].GetTensorDataAsSpan<float>().ToArray();
        }

        var cosine = TensorPrimitives.CosineSimilarity<float>(network.Embed(cepstra, frames), Theirs());
        var (ours, theirs) = (double.MaxValue, double.MaxValue);
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed.TotalSeconds < 2 * seconds)
        {
            ours = Math.Min(ours, Time(() => network.Embed(cepstra, frames)));
            theirs = Math.Min(theirs, Time(Theirs));
        }

        return new Result(frames, ours, theirs, cosine);
    }

    private static double Time(Func<float[]> embed)
    {
        var start = ThreadClock.Milliseconds;
        embed();
        return ThreadClock.Milliseconds - start;
    }

    /// <summary>The log mel bands that the cepstra are of: what the graph reads.</summary>
    private static float[] ToBands(float[] cepstra, int bands)
    {
        var values = new float[cepstra.Length];
        for (var i = 0; i < values.Length; i++)
        {
            double sum = 0;
            for (var k = 0; k < bands; k++)
            {
                sum += cepstra[(i / bands * bands) + k] * Math.Sqrt((k == 0 ? 1.0 : 2.0) / bands)
                    * Math.Cos(Math.PI * k * ((i % bands) + 0.5) / bands);
            }

            values[i] = (float)sum;
        }

        return values;
    }

    /// <param name="Frames">Of the utterance.</param>
    /// <param name="Speaker">Milliseconds of our fastest call.</param>
    /// <param name="OnnxRuntime">Milliseconds of its fastest call.</param>
    /// <param name="Cosine">Of the two embeddings.</param>
    private sealed record Result(int Frames, double Speaker, double OnnxRuntime, float Cosine);
}
