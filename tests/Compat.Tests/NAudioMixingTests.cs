using NAudio.Wave;
using NAudio.Wave.SampleProviders;

namespace Speaker.Compat.Tests;

public class NAudioMixingTests
{
    [Fact]
    public void ChannelMixer_OfThreeChannels_IsTheMatrixProduct()
    {
        var source = new Source([1, 2, 4, 10, 20, 40], 16000, 3);
        var mixer = new ChannelMixerSampleProvider(source, new[,] { { 0.5f }, { 0.25f }, { 0.125f } });
        var output = new float[5];

        Assert.Equal(2, mixer.Read(output));

        Assert.Equal([1.5f, 15f], output[..2]);
        Assert.Equal((16000, 1), (mixer.WaveFormat.SampleRate, mixer.WaveFormat.Channels));
    }

    [Fact]
    public void ChannelMixer_MatrixOfOtherChannels_Throws() =>
        Assert.Throws<ArgumentException>(
            () => new ChannelMixerSampleProvider(new Source([], 16000, 3), new float[2, 1]));

    /// <summary>Samples from memory.</summary>
    private sealed class Source(float[] samples, int rate, int channels) : ISampleProvider
    {
        private int position;

        public WaveFormat WaveFormat { get; } = WaveFormat.CreateIeeeFloatWaveFormat(rate, channels);

        public int Read(Span<float> buffer)
        {
            var read = Math.Min(buffer.Length, samples.Length - position);
            samples.AsSpan(position, read).CopyTo(buffer);
            position += read;
            return read;
        }
    }
}
