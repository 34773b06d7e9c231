using Speaker.Audio.Files;
using Speaker.Audio;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Recognition;

/// <summary>What the encoder that ships makes of the same speech at another rate, level, offset or polarity, or
/// clipped.</summary>
public sealed class ChangedSoundTests(ShippedModel model) : IClassFixture<ShippedModel>
{
    public static TheoryData<string, int, double> Rates
    {
        get
        {
            var data = new TheoryData<string, int, double>();
            foreach (var voice in (string[])["de", "es", "ru"])
            {
                data.Add(voice, 22050, 0.98);
                data.Add(voice, 44100, 0.98);
                data.Add(voice, 48000, 0.98);
                data.Add(voice, 96000, 0.98);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Rates))]
    public void Embed_FileAtAnotherRate_IsTheNativeOne(string voice, int rate, double least)
    {
        var native = Speech(voice);
        using var folder = new TemporaryFolder();
        var path = WaveFile.Write(
            folder.File("a.wav"), IdealInterpolation.Resample(native, Sounds.SampleRate, rate), rate: rate);

        Assert.InRange(model.Cosine(native, AudioFile.ReadSamples(path)), least, 1.000001);
    }

    [Theory]
    [InlineData("de", 0.25)]
    [InlineData("de", 4)]
    [InlineData("ru", 0.25)]
    [InlineData("ru", 4)]
    public void Embed_12DecibelsQuieterOrLouder_MovesLessThanTwoHundredths(string voice, double gain)
    {
        var native = Speech(voice);

        Assert.InRange(
            model.Cosine(native, native.Select(value => (float)(gain * value)).ToArray()), 0.98, 1.000001);
    }

    [Theory]
    [InlineData("de")]
    [InlineData("ru")]
    public void Embed_Inverted_IsTheSame(string voice)
    {
        var native = Speech(voice);

        Assert.InRange(model.Cosine(native, native.Select(value => -value).ToArray()), 0.999999, 1.000001);
    }

    [Theory]
    [InlineData("de", 0.01, 0.98)]
    [InlineData("de", 0.1, 0.98)]
    [InlineData("ru", 0.01, 0.98)]
    [InlineData("ru", 0.1, 0.98)]
    public void Embed_Offset_MovesLessThanTwoHundredths(string voice, double offset, double least)
    {
        var native = Speech(voice);

        Assert.InRange(
            model.Cosine(native, native.Select(value => (float)(value + offset)).ToArray()), least, 1.000001);
    }

    [Theory]
    [InlineData("de", 0.001, 0.97)]
    [InlineData("de", 0.01, 0.9)]
    [InlineData("ru", 0.001, 0.97)]
    [InlineData("ru", 0.01, 0.9)]
    public void Embed_Clipped_StaysNear(string voice, double share, double least)
    {
        var native = Speech(voice);
        var bound = native.Select(Math.Abs).Order().ElementAt((int)((1 - share) * native.Length));

        var clipped = native.Select(value => Math.Clamp(value, -bound, bound)).ToArray();

        Assert.InRange(model.Cosine(native, clipped), least, 0.99999999);
    }

    /// <summary>Three seconds or so of one volunteer, its peak at a fifth of full scale.</summary>
    private static float[] Speech(string voice)
    {
        var samples = Sounds.Speech(voice, first: 0, count: 4);
        var peak = samples.Max(Math.Abs);
        return [.. samples.Select(value => value * 0.2f / peak)];
    }
}
