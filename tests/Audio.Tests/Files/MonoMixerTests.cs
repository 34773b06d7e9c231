using Speaker.Audio.Files;
using Speaker.Audio.Tests.Support;

namespace Speaker.Audio.Tests.Files;

public class MonoMixerTests
{
    [Theory]
    [InlineData(2, 1.0f)]
    [InlineData(2, 0.9f)]
    [InlineData(4, 1.0f)]
    public void Read_OfChannelsInOppositePhase_GivesTheLoudestOfThem(int channels, float second)
    {
        var voice = Signals.Voice(2.5);
        var mixer = Mixer(channels, (i, channel) => channel % 2 == 0 ? voice[i] : -second * voice[i], voice.Length);

        Assert.Equal(voice, Read(mixer));
        Assert.Equal(RecordingIssue.OppositeChannels, mixer.Note!.Issue);
        Assert.Contains("channel 1 was heard alone", mixer.Note.Message, StringComparison.Ordinal);
    }

    /// <summary>Of a codec, or of two preamplifiers.</summary>
    [Fact]
    public void Read_OfChannelsThatNearlyCancel_GivesOneOfThem()
    {
        var voice = Signals.Voice(2);
        var noise = Signals.Noise(2, 0.002);
        var mixer = Mixer(2, (i, channel) => channel == 0 ? voice[i] : noise[i] - voice[i], voice.Length);

        Read(mixer);

        Assert.NotNull(mixer.Note);
    }

    /// <summary>From the second on in which they cancel; before it there is nothing to hear.</summary>
    [Fact]
    public void Read_OfSilenceBeforeOppositePhases_GivesTheVoice()
    {
        var voice = Signals.Join(new float[3 * Signals.Rate], Signals.Voice(2));
        var mixer = Mixer(2, (i, channel) => channel == 1 ? voice[i] : -voice[i], voice.Length);

        Assert.Equal(voice.Select(Math.Abs), Read(mixer).Select(Math.Abs));
    }

    public static TheoryData<string, Func<int, int, float>> Ordinary()
    {
        var (voice, other) = (Signals.Voice(2), Signals.Voice(2, 0.3, 180));
        var (noise, more) = (Signals.Noise(2), Signals.Noise(2, 0.1, 2));
        return new()
        {
            { "the same on both", (i, _) => voice[i] },
            { "one silent", (i, channel) => channel == 0 ? voice[i] : 0 },
            { "two voices", (i, channel) => channel == 0 ? voice[i] : other[i] },
            { "a voice wide, another in the middle", (i, channel) => channel == 0 ? voice[i] + other[i] : other[i] - voice[i] },
            { "two noises", (i, channel) => channel == 0 ? noise[i] : more[i] },
            { "late by a millisecond", (i, channel) => voice[Math.Max(0, i - (16 * channel))] },
            { "hiss in opposite phase", (i, channel) => 1e-5f * (channel == 0 ? noise[i] : -noise[i]) },
        };
    }

    [Theory]
    [MemberData(nameof(Ordinary))]
    public void Read_OfOrdinaryChannels_GivesTheirMean(string what, Func<int, int, float> sample)
    {
        foreach (var channels in (int[])[2, 3, 6])
        {
            var mixer = Mixer(channels, (i, channel) => sample(i, Math.Min(1, channel)), 2 * Signals.Rate);
            var expected = new float[2 * Signals.Rate];
            for (var i = 0; i < expected.Length; i++)
            {
                for (var channel = 0; channel < channels; channel++)
                {
                    expected[i] += sample(i, Math.Min(1, channel)) * (1f / channels);
                }
            }

            Assert.Equal(expected, Read(mixer));
            Assert.True(mixer.Note is null, what);
        }
    }

    private static MonoMixer Mixer(int channels, Func<int, int, float> sample, int length)
    {
        var frames = new float[length * channels];
        for (var i = 0; i < frames.Length; i++)
        {
            frames[i] = sample(i / channels, i % channels);
        }

        return new MonoMixer(new MemorySampleProvider(frames, Signals.Rate, channels));
    }

    /// <summary>In pieces of odd lengths.</summary>
    private static List<float> Read(MonoMixer mixer)
    {
        var samples = new List<float>();
        var buffer = new float[997];
        for (int read, size = 1; (read = mixer.Read(buffer.AsSpan(0, size))) > 0; size = (size * 7 % 997) + 1)
        {
            samples.AddRange(buffer.AsSpan(0, read));
        }

        return samples;
    }
}
