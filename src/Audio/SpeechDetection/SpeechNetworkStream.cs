using System.Numerics.Tensors;

namespace Speaker.Audio.SpeechDetection;

/// <summary>
/// Runs a <see cref="SpeechNetwork"/> over frames as they come: each layer remembers the frames it still needs. What
/// comes out does not depend on how the frames were handed in. Not thread safe; allocates only at the start.
/// </summary>
internal sealed class SpeechNetworkStream
{
    private readonly SpeechNetwork network;
    private readonly LayerState[] layers;
    private readonly float[] input = new float[SpeechFeatures.Count];

    public SpeechNetworkStream(SpeechNetwork network)
    {
        this.network = network;
        layers = new LayerState[network.Layers.Count];
        for (var i = 0; i < layers.Length; i++)
        {
            layers[i] = new LayerState(network.Layers[i], isLast: i == layers.Length - 1);
        }
    }

    /// <summary>Forgets the sound so far.</summary>
    public void Begin()
    {
        foreach (var layer in layers)
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
        for (var i = 0; i < input.Length; i++)
        {
            input[i] = (features[i] - network.Means[i]) * network.Scales[i];
        }

        return Through(0, input, out logOdds);
    }

    /// <summary>After the last frame: the frames still waited for, one a call, until it returns false.</summary>
    public bool Flush(out float logOdds)
    {
        for (var i = 0; i < layers.Length; i++)
        {
            while (layers[i].PushEnd(out var output))
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
        for (var i = first; i < layers.Length; i++)
        {
            if (!layers[i].Push(frame, out frame))
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
        private readonly int span = ((layer.Taps - 1) * layer.Dilation) + 1;
        private readonly float[] memory = new float[(((layer.Taps - 1) * layer.Dilation) + 1) * layer.Inputs];
        private readonly float[] seen = new float[layer.Taps * layer.Inputs];
        private readonly float[] output = new float[layer.Outputs];
        private readonly float[] nothing = new float[layer.Inputs];
        private int pushed;
        private int ended;

        public void Begin()
        {
            Array.Clear(memory);
            pushed = 0;
            ended = 0;
        }

        public bool PushEnd(out ReadOnlySpan<float> result)
        {
            while (ended < layer.Ahead)
            {
                ended++;
                if (Push(nothing, out result))
                {
                    return true;
                }
            }

            result = default;
            return false;
        }

        public bool Push(ReadOnlySpan<float> frame, out ReadOnlySpan<float> result)
        {
            frame.CopyTo(memory.AsSpan(pushed % span * layer.Inputs));
            pushed++;
            result = output;
            if (pushed <= layer.Ahead)
            {
                return false;
            }

            for (var tap = 0; tap < layer.Taps; tap++)
            {
                var slot = (pushed + (tap * layer.Dilation)) % span;
                memory.AsSpan(slot * layer.Inputs, layer.Inputs).CopyTo(seen.AsSpan(tap * layer.Inputs));
            }

            for (var i = 0; i < output.Length; i++)
            {
                var sum = layer.Biases[i] + TensorPrimitives.Dot(seen, layer.Weights.AsSpan(i * seen.Length, seen.Length));
                output[i] = isLast ? sum : Math.Max(0, sum);
            }

            return true;
        }
    }
}
