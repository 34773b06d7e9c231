using System.Numerics.Tensors;
using Speaker.Audio.Numerics;

namespace Speaker.Audio.SpeechDetection.TimeDelayNetwork;

/// <summary>
/// Runs a <see cref="SpeechNetwork"/> over frames as they come: each layer remembers the frames it still needs. What
/// comes out does not depend, in any bit, on how the frames were handed in or on the processor. Not thread safe;
/// allocates only at the start.
/// </summary>
internal sealed unsafe class SpeechNetworkStream
{
    /// <summary>Frames that go through the layers together: each weight that is read serves several of them.</summary>
    private const int BlockFrames = 64;

    private readonly float[] _means;
    private readonly float[] _scales;
    private readonly LayerState[] _layers;
    private readonly AlignedBuffer _output;
    private readonly int _outputStep;

    public SpeechNetworkStream(SpeechNetwork network)
    {
        _means = [.. network.Means];
        _scales = [.. network.Scales];
        _layers = new LayerState[network.Layers.Count];
        var step = PackedWeights.PaddedLength(SpeechNetwork.Features);
        for (var i = 0; i < _layers.Length; i++)
        {
            var weights = network.PackedWeights[i];
            _layers[i] = new LayerState(network.Layers[i], weights, step, isLast: i == _layers.Length - 1);
            step = weights.PaddedOutputs;
        }

        _output = new AlignedBuffer((long)BlockFrames * step);
        _outputStep = step;
    }

    /// <summary>Forgets the sound so far.</summary>
    public void Begin()
    {
        foreach (var layer in _layers)
        {
            layer.Begin();
        }
    }

    /// <summary>Takes the next frames' features.</summary>
    /// <param name="features"><see cref="SpeechNetwork.Features"/> values a frame.</param>
    /// <param name="logOdds">
    /// Of speech, for the frames from <see cref="SpeechNetwork.LookAhead"/> before the first of these; room for as many
    /// as come in.
    /// </param>
    /// <returns>How many frames are decided.</returns>
    public int Push(ReadOnlySpan<float> features, Span<float> logOdds)
    {
        var decided = 0;
        while (!features.IsEmpty)
        {
            var count = Math.Min(BlockFrames, features.Length / SpeechNetwork.Features);
            for (var frame = 0; frame < count; frame++)
            {
                var row = _layers[0].NextRow(frame)[..SpeechNetwork.Features];
                TensorPrimitives.Subtract(
                    features.Slice(frame * SpeechNetwork.Features, SpeechNetwork.Features), _means, row);
                TensorPrimitives.Multiply(row, _scales, row);
            }

            features = features[(count * SpeechNetwork.Features)..];
            decided += Through(0, count, logOdds[decided..]);
        }

        GC.KeepAlive(this);
        return decided;
    }

    /// <summary>After the last frame: decides the frames that are still waited for.</summary>
    /// <param name="logOdds">Of speech; room for <see cref="SpeechNetwork.LookAhead"/>.</param>
    /// <returns>How many frames are decided.</returns>
    public int Flush(Span<float> logOdds)
    {
        var decided = 0;
        for (var i = 0; i < _layers.Length; i++)
        {
            int count;
            for (var ended = 0; ended < _layers[i].Ahead; ended += count)
            {
                count = Math.Min(BlockFrames, _layers[i].Ahead - ended);
                for (var frame = 0; frame < count; frame++)
                {
                    _layers[i].NextRow(frame).Clear();
                }

                decided += Through(i, count, logOdds[decided..]);
            }
        }

        GC.KeepAlive(this);
        return decided;
    }

    /// <summary>Takes the rows that were written for a layer through it and those after it.</summary>
    private int Through(int first, int count, Span<float> logOdds)
    {
        for (var i = first; i < _layers.Length; i++)
        {
            var isLast = i == _layers.Length - 1;
            count = _layers[i].Push(
                count, isLast ? _output.Start : _layers[i + 1].Next, isLast ? _outputStep : _layers[i + 1].Step);
        }

        for (var frame = 0; frame < count; frame++)
        {
            logOdds[frame] = _output.Start[frame * _outputStep];
        }

        return count;
    }

    /// <summary>One layer and the frames that it remembers.</summary>
    private sealed class LayerState(SpeechNetworkLayer layer, PackedWeights weights, int step, bool isLast)
    {
        private readonly int _remembered = (layer.Taps - 1) * layer.Dilation;
        private readonly AlignedBuffer _rows = new((((layer.Taps - 1L) * layer.Dilation) + BlockFrames) * step);
        private int _waitedFor = layer.Ahead;

        public int Ahead => layer.Ahead;

        /// <summary>Floats from one row that goes in to the next.</summary>
        public int Step => step;

        /// <summary>Where the next row goes, and the others after it.</summary>
        public float* Next => _rows.Start + ((nint)_remembered * step);

        public Span<float> NextRow(int index) => new(Next + ((nint)index * step), step);

        public void Begin()
        {
            new Span<float>(_rows.Start, _remembered * step).Clear();
            _waitedFor = layer.Ahead;
        }

        /// <summary>Takes the rows that were written.</summary>
        /// <returns>How many rows came out.</returns>
        public int Push(int count, float* output, int outputStep)
        {
            var skipped = Math.Min(count, _waitedFor);
            _waitedFor -= skipped;
            Convolution.Compute(weights, new ConvolutionRows
            {
                Count = count - skipped,
                Input = _rows.Start + ((nint)skipped * step),
                RowStep = step,
                TapStep = (nint)layer.Dilation * step,
                Initial = weights.Biases,
                Output = output,
                OutputStep = outputStep,
                Rectify = !isLast,
            });
            var remembered = new Span<float>(_rows.Start, _remembered * step);
            new Span<float>(_rows.Start + ((nint)count * step), remembered.Length).CopyTo(remembered);
            return count - skipped;
        }
    }
}
