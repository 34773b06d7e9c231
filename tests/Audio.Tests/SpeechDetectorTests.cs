using Speaker.Audio.Tests.Support;

namespace Speaker.Audio.Tests;

public class SpeechDetectorTests
{
    private readonly SpeechDetector detector = new(new FrontEndSpecification());

    [Fact]
    public void Detect_VoiceBetweenSilences_FindsItWithItsHangover()
    {
        var samples = Signals.Join(Signals.Noise(1, 0.001), Signals.Voice(1), Signals.Noise(1, 0.001, 2));

        var map = detector.Detect(samples);

        Assert.Equal(298, map.Count);
        Assert.Equal(map.SpeechFrames, map.Frames.ToArray().Count(value => value));
        var first = map.Frames.IndexOf(true);
        var last = map.Frames.LastIndexOf(true);
        Assert.InRange(first, 86, 98);
        Assert.InRange(last, 195, 211);
        Assert.InRange(map.SpeechFrames, 95, 125);
    }

    [Fact]
    public void Detect_GapShorterThanTwoHangovers_IsFilled()
    {
        var samples = Signals.Join(Signals.Voice(0.5), new float[480], Signals.Voice(0.5));

        var map = detector.Detect(samples);

        var first = map.Frames.IndexOf(true);
        var last = map.Frames.LastIndexOf(true);
        Assert.Equal(last - first + 1, map.SpeechFrames);
        Assert.InRange(map.SpeechFrames, 80, map.Count);
    }

    [Fact]
    public void Detect_StretchBelowTheShortest_IsDropped()
    {
        var strict = new SpeechDetector(
            new FrontEndSpecification { SpeechDetector = new() { MinimumStretchSeconds = 0.06 } });
        var samples = Signals.Noise(2, 0.001);
        for (var i = 16000; i < 16020; i++)
        {
            samples[i] = 0.9f;
        }

        Assert.Equal(0, strict.Detect(samples).SpeechFrames);
    }

    [Theory]
    [InlineData(0.4)]
    [InlineData(1.0)]
    [InlineData(4.0)]
    public void Detect_VoiceThatFillsItsFile_IsSpeech(double seconds)
    {
        var map = detector.Detect(Signals.Voice(seconds));

        Assert.InRange(map.SpeechFrames, 0.9 * map.Count, map.Count);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.01)]
    public void Detect_SteadyNoise_IsNotSpeech(double amplitude) =>
        Assert.Equal(0, detector.Detect(Signals.Noise(3, amplitude)).SpeechFrames);

    [Fact]
    public void Detect_VoiceBelowTheAbsoluteFloor_IsNotSpeech() =>
        Assert.Equal(0, detector.Detect(Signals.Voice(2, 0.0005)).SpeechFrames);

    [Fact]
    public void Detect_Offset_ChangesNothing()
    {
        var plain = Signals.Join(new float[16000], Signals.Voice(1), new float[16000]);
        var expected = detector.Detect(plain).Frames.ToArray();

        var shifted = detector.Detect(plain.Select(value => value + 0.2f).ToArray()).Frames.ToArray();

        Assert.Equal(expected, shifted);
    }

    [Fact]
    public void Detect_AfterAnotherSound_DecidesTheSame()
    {
        var samples = Signals.Join(Signals.Noise(0.5, 0.01), Signals.Voice(1));
        var first = detector.Detect(samples).Frames.ToArray();
        detector.Detect(Signals.Voice(5));

        Assert.Equal(first, detector.Detect(samples).Frames.ToArray());
    }

    [Fact]
    public void Detect_LessThanAFrame_HasNoFrames() => Assert.Equal(0, detector.Detect(new float[399]).Count);

    /// <summary>Real voices in twenty languages, as recorded and cut to nothing but speech.</summary>
    [Fact]
    public void Detect_LettersAndSyllables_AreSpeechWholeOrCut()
    {
        var clips = Directory.GetFiles("/usr/share/klettres", "*.ogg", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal).Where((_, i) => i % 10 == 0).ToArray();
        Assert.InRange(clips.Length, 100, 1000);
        var missed = 0;
        var missedCut = 0;
        foreach (var clip in clips)
        {
            var samples = AudioFile.ReadSamples(clip);
            var map = detector.Detect(samples);
            if (map.SpeechFrames == 0)
            {
                missed++;
                continue;
            }

            var start = map.Frames.IndexOf(true) * 160;
            var end = Math.Min(samples.Length, (map.Frames.LastIndexOf(true) * 160) + 400);
            missedCut += detector.Detect(samples.AsSpan(start..end)).SpeechFrames == 0 ? 1 : 0;
        }

        // A few are whispered letters such as s and ch.
        Assert.InRange(missed, 0, clips.Length / 100);
        Assert.InRange(missedCut, 0, clips.Length / 100);
    }
}
