using Speaker.Audio.SpeechDetection;
using Speaker.Audio.SpeechDetection.TimeDelayNetwork;

namespace Speaker.Audio.Tests.SpeechDetection;

public class SpeechNetworkTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(120)]
    [InlineData(200)]
    public void Push_RandomNetwork_IsTheDefinition(int frames)
    {
        var random = new Random(7);
        var network = Draw(random);
        var features = Values(random, frames * SpeechFeatures.Count);
        var stream = new SpeechNetworkStream(network);

        var found = Run(stream, features, 1);
        var expected = Definition(network, features, frames);

        Assert.Equal(frames, found.Count);
        for (var i = 0; i < frames; i++)
        {
            Assert.Equal(expected[i], found[i], 1e-4);
        }

        // However the frames come, every bit is the same.
        foreach (var block in new[] { 2, 3, 17, 64, 65, 1000 })
        {
            stream.Begin();
            Assert.Equal(found, Run(stream, features, block));
        }
    }

    [Fact]
    public void Push_FrameAfterFrame_WaitsForTheLookAheadOnly()
    {
        var random = new Random(8);
        var network = Draw(random);
        var stream = new SpeechNetworkStream(network);

        for (var frame = 0; frame < 50; frame++)
        {
            var decided = stream.Push(Values(random, SpeechFeatures.Count), new float[1]);
            Assert.Equal(frame >= network.LookAhead ? 1 : 0, decided);
        }
    }

    [Fact]
    public void LookAhead_OfTheShippedNetwork_IsBelowATenthOfASecond() =>
        Assert.InRange((SpeechNetwork.Shipped.LookAhead * 0.010) + 0.025, 0, 0.0999);

    [Fact]
    public void Read_WhatWasWritten_IsTheSameNetwork()
    {
        var network = Draw(new Random(9));
        using var bytes = new MemoryStream();
        network.Write(bytes);
        bytes.Position = 0;

        var read = SpeechNetwork.Read(bytes);

        Assert.Equal(network.Name, read.Name);
        Assert.Equal(network.Layers[1].Weights, read.Layers[1].Weights);
        Assert.NotEqual(network.Name, SpeechNetwork.Shipped.Name);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(100)]
    [InlineData(-1)]
    public void Read_CutShort_Throws(int length)
    {
        using var bytes = new MemoryStream();
        Draw(new Random(10)).Write(bytes);
        var kept = bytes.ToArray()[..(length < 0 ? (int)bytes.Length - 1 : length)];

        Assert.Throws<AudioException>(() => SpeechNetwork.Read(new MemoryStream(kept)));
    }

    [Theory]
    [InlineData(0, 0x00)]
    [InlineData(4, 0xFF)]
    [InlineData(324, 0x7F)]
    [InlineData(331, 0x7F)]
    public void Read_ByteChanged_Throws(int place, byte value)
    {
        using var bytes = new MemoryStream();
        Draw(new Random(11)).Write(bytes);
        var changed = bytes.ToArray();
        changed.AsSpan(place, 4).Fill(value);

        Assert.Throws<AudioException>(() => SpeechNetwork.Read(new MemoryStream(changed)));
    }

    [Fact]
    public void Constructor_LayersThatDoNotFit_Throws()
    {
        var layer = new SpeechNetworkLayer(SpeechFeatures.Count, 1, 1, 1, 0, new float[SpeechFeatures.Count], [0]);
        var means = new float[SpeechFeatures.Count];
        Assert.Equal(0, new SpeechNetwork(means, means, [layer]).LookAhead);

        Assert.Throws<AudioException>(() => new SpeechNetwork(means, means, [layer, layer]));
        Assert.Throws<AudioException>(() => new SpeechNetwork(means, means, [layer with { Ahead = 1 }]));
        Assert.Throws<AudioException>(() => new SpeechNetwork(means, means, [layer with { Biases = [] }]));
        Assert.Throws<AudioException>(() => new SpeechNetwork(means, [1], [layer]));
        Assert.Throws<AudioException>(() => new SpeechNetwork(means, means, []));
    }

    private static SpeechNetwork Draw(Random random)
    {
        SpeechNetworkLayer Layer(int inputs, int outputs, int taps, int dilation, int ahead) => new(
            inputs, outputs, taps, dilation, ahead, Values(random, inputs * outputs * taps), Values(random, outputs));

        return new SpeechNetwork(
            Values(random, SpeechFeatures.Count),
            Values(random, SpeechFeatures.Count),
            [Layer(SpeechFeatures.Count, 7, 5, 1, 2), Layer(7, 6, 3, 2, 2), Layer(6, 5, 2, 11, 0), Layer(5, 1, 1, 1, 0)]);
    }

    private static float[] Values(Random random, int count)
    {
        var values = new float[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = (float)(random.NextDouble() - 0.5);
        }

        return values;
    }

    private static List<float> Run(SpeechNetworkStream stream, float[] features, int framesInABlock)
    {
        var found = new List<float>();
        var odds = new float[Math.Max(framesInABlock, 16)];
        foreach (var block in features.Chunk(framesInABlock * SpeechFeatures.Count))
        {
            found.AddRange(odds[..stream.Push(block, odds)]);
        }

        found.AddRange(odds[..stream.Flush(odds)]);
        return found;
    }

    /// <summary>Every frame of every layer from the sum that defines it.</summary>
    private static double[] Definition(SpeechNetwork network, float[] features, int frames)
    {
        var x = new double[frames][];
        for (var t = 0; t < frames; t++)
        {
            x[t] = [.. Enumerable.Range(0, SpeechFeatures.Count).Select(i =>
                ((double)features[(t * SpeechFeatures.Count) + i] - network.Means[i]) * network.Scales[i])];
        }

        foreach (var layer in network.Layers)
        {
            var y = new double[frames][];
            for (var t = 0; t < frames; t++)
            {
                y[t] = new double[layer.Outputs];
                for (var o = 0; o < layer.Outputs; o++)
                {
                    double sum = layer.Biases[o];
                    for (var j = 0; j < layer.Taps; j++)
                    {
                        var at = t + layer.Ahead - ((layer.Taps - 1 - j) * layer.Dilation);
                        for (var i = 0; i < layer.Inputs && at >= 0 && at < frames; i++)
                        {
                            sum += layer.Weights[(((o * layer.Taps) + j) * layer.Inputs) + i] * x[at][i];
                        }
                    }

                    y[t][o] = layer == network.Layers[^1] ? sum : Math.Max(0, sum);
                }
            }

            x = y;
        }

        return [.. x.Select(row => row[0])];
    }
}
