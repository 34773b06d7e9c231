using System.Numerics.Tensors;

namespace Speaker.Audio.SpeechDetection;

/// <summary>
/// Runs a <see cref="SpeechNetwork"/> over frames as they come: each layer remembers the frames it still needs. What
/// comes out does not depend on how the frames were handed in. Not thread safe; allocates only at the start.
/// </summary>
internal sealed class SpeechNetworkStream
{
    private readonly SpeechNetwork _network;
    private readonly LayerState[] _layers;
    private readonly float[] _input = new float[SpeechFeatures.Count];

    public SpeechNetworkStream(SpeechNetwork network)
    {
        _network = network;
        _layers = new LayerState[network.Layers.Count];
        for (var i = 0; i < _layers.Length; i++)
        {
            _layers[i] = new LayerState(network.Layers[i], isLast: i == _layers.Length - 1);
        }
    }

    /// <summary>Forgets the sound so far.</summary>
    public void Begin()
    {
        foreach (var layer in _layers)
        {
            layer.Begin();
        }
    }

    /// <summary>Takes the next frame's features.</summary>
    /// <param name="features"><see cref="SpeechFeatures.Count"/> values.</param>
    /// <param name="logOdds">Of speech, for the frame <see cref="SpeechNetwork.LookAhead"/> before this one.</param>
    /// <returns>False while there is no such frame.</returns>
    public bool Push(ReadOnlySpan<float> features, out float logOdds)
    {
        for (var i = 0; i < _input.Length; i++)
        {
            _input[i] = (features[i] - _network.Means[i]) * _network.Scales[i];
        }

        return Through(0, _input, out logOdds);
    }

    /// <summary>After the last frame: the frames still waited for, one a call, until it returns false.</summary>
    public bool Flush(out float logOdds)
    {
        for (var i = 0; i < _layers.Length; i++)
        {
            while (_layers[i].PushEnd(out var output))
            {
                if (Through(i + 1, output, out logOdds))
                {
                    return true;
                }
            }
        }

        logOdds = 0;
        return false;
    }

    private bool Through(int first, ReadOnlySpan<float> frame, out float logOdds)
    {
        for (var i = first; i < _layers.Length; i++)
        {
            if (!_layers[i].Push(frame, out frame))
            {
                logOdds = 0;
                return false;
            }
        }

        logOdds = frame[0];
        return true;
    }

    private sealed class LayerState(SpeechNetworkLayer layer, bool isLast)
    {
        private readonly int _span = ((layer.Taps - 1) * layer.Dilation) + 1;
        private readonly float[] _memory = new float[(((layer.Taps - 1) * layer.Dilation) + 1) * layer.Inputs];
        private readonly float[] _seen = new float[layer.Taps * layer.Inputs];
        private readonly float[] _output = new float[layer.Outputs];
        private readonly float[] _nothing = new float[layer.Inputs];
        private int _pushed;
        private int _ended;

        public void Begin()
        {
            Array.Clear(_memory);
            _pushed = 0;
            _ended = 0;
        }

        public bool PushEnd(out ReadOnlySpan<float> result)
        {
            while (_ended < layer.Ahead)
            {
                _ended++;
                if (Push(_nothing, out result))
                {
                    return true;
                }
            }

            result = default;
            return false;
        }

        public bool Push(ReadOnlySpan<float> frame, out ReadOnlySpan<float> result)
        {
            frame.CopyTo(_memory.AsSpan(_pushed % _span * layer.Inputs));
            _pushed++;
            result = _output;
            if (_pushed <= layer.Ahead)
            {
                return false;
            }

            for (var tap = 0; tap < layer.Taps; tap++)
            {
                var slot = (_pushed + (tap * layer.Dilation)) % _span;
                _memory.AsSpan(slot * layer.Inputs, layer.Inputs).CopyTo(_seen.AsSpan(tap * layer.Inputs));
            }

            for (var i = 0; i < _output.Length; i++)
            {
                var sum = layer.Biases[i] + TensorPrimitives.Dot(_seen, layer.Weights.AsSpan(i * _seen.Length, _seen.Length));
                _output[i] = isLast ? sum : Math.Max(0, sum);
            }

            return true;
        }
    }
}
