using Speaker.Audio.Features;
using Speaker.Audio.Files;
using Speaker.Audio.SpeechDetection;
using Speaker.Audio.SpeechDetection.TimeDelayNetwork;
using Speaker.Audio.Tests.Support;

namespace Speaker.Audio.Tests.SpeechDetection;

public class SpeechDetectorTests
{
    private static readonly string[] Clips = [.. Directory
        .GetFiles("/usr/share/klettres", "*.ogg", SearchOption.AllDirectories)
        .Order(StringComparer.Ordinal).Where((_, i) => i % 10 == 0)];

    private readonly SpeechDetector _detector = new(new FrontEndSpecification());

    [Theory]
    [InlineData(1)]
    [InlineData(159)]
    [InlineData(400)]
    [InlineData(16000)]
    public void Push_InBlocks_DecidesAsTheWhole(int block)
    {
        var samples = RealSpeech(12);
        var whole = _detector.Detect(samples);
        var (frames, odds) = (whole.Frames.ToArray(), whole.LogOdds.ToArray());
        Assert.InRange(whole.SpeechFrames, 100, whole.Count - 100);

        _detector.Begin();
        for (var at = 0; at < samples.Length; at += block)
        {
            _detector.Push(samples.AsSpan(at, Math.Min(block, samples.Length - at)));
        }

        var map = _detector.End();
        Assert.Equal(frames, map.Frames.ToArray());
        Assert.Equal(odds, map.LogOdds.ToArray());
    }

    [Fact]
    public void Push_SoundSoFar_IsDecidedButForTheLookAhead()
    {
        _detector.Begin();

        var map = _detector.Push(new float[16000]);

        Assert.Equal(98 - (int)Math.Round(_detector.LookAheadSeconds * 100), map.Count);
        Assert.Equal(98, _detector.End().Count);
    }

    [Fact]
    public void Detect_SpeechBetweenFaintNoise_IsFoundWhereItIs()
    {
        var voice = RealSpeech(6);
        var samples = Signals.Join(Signals.Noise(1, 0.001), voice, Signals.Noise(1, 0.001, 2));

        var map = _detector.Detect(samples);

        Assert.Equal(map.SpeechFrames, map.Frames.ToArray().Count(value => value));
        // The recordings are cut to the letter but for a little silence; the detector may be late by its look-ahead.
        Assert.InRange(map.Frames.IndexOf(true), 90, 150);
        Assert.InRange(map.Frames[..90].Count(true) + map.Frames[^90..].Count(true), 0, 5);
        Assert.InRange(map.SpeechFrames, 0.4 * (map.Count - 200), map.Count - 190);
    }

    [Theory]
    [InlineData(0.25)]
    [InlineData(4.0)]
    public void Detect_OtherGain_DecidesTheSame(float gain)
    {
        // With faint noise, as every microphone has it: digital silence lies on the floor of the logarithm at any gain.
        var voice = RealSpeech(8);
        var noise = Signals.Noise(voice.Length / 16000.0, 1e-4);
        var samples = voice.Zip(noise, (value, added) => 0.2f * value + added).ToArray();
        var expected = _detector.Detect(samples).Frames.ToArray();

        var found = _detector.Detect(Array.ConvertAll(samples, value => gain * value)).Frames.ToArray();

        Assert.Equal(0, expected.Zip(found).Count(pair => pair.First != pair.Second));
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.01)]
    public void Detect_SteadyNoise_IsNotSpeech(double amplitude) =>
        Assert.Equal(0, _detector.Detect(Signals.Noise(3, amplitude)).SpeechFrames);

    [Theory]
    [InlineData(50)]
    [InlineData(440)]
    [InlineData(3000)]
    public void Detect_Tone_IsNotSpeech(double frequency) =>
        Assert.Equal(0, _detector.Detect(Signals.Sine(frequency, 3)).SpeechFrames);

    [Fact]
    public void Detect_Silence_IsNotSpeech() => Assert.Equal(0, _detector.Detect(new float[48000]).SpeechFrames);

    [Fact]
    public void Detect_AfterAnotherSound_DecidesTheSame()
    {
        var samples = RealSpeech(4);
        var first = _detector.Detect(samples).LogOdds.ToArray();
        _detector.Detect(Signals.Voice(5));

        Assert.Equal(first, _detector.Detect(samples).LogOdds.ToArray());
    }

    [Fact]
    public void Detect_LessThanAFrame_HasNoFrames() => Assert.Equal(0, _detector.Detect(new float[399]).Count);

    [Fact]
    public void Constructor_NetworkThatIsNotInThisBuild_Throws()
    {
        var frontEnd = new FrontEndSpecification { SpeechDetector = new() { Network = "0123456789abcdef" } };

        var exception = Assert.Throws<AudioException>(() => new SpeechDetector(frontEnd));

        Assert.Contains("0123456789abcdef", exception.Message, StringComparison.Ordinal);
        Assert.Contains(SpeechNetwork.Shipped.Name, exception.Message, StringComparison.Ordinal);
    }

    /// <summary>Real voices in twenty languages, as recorded and cut to nothing but speech.</summary>
    [Fact]
    public void Detect_LettersAndSyllables_AreSpeechWholeOrCut()
    {
        Assert.InRange(Clips.Length, 100, 1000);
        var missed = 0;
        var missedCut = 0;
        foreach (var clip in Clips)
        {
            var samples = AudioFile.ReadSamples(clip);
            var map = _detector.Detect(samples);
            if (map.SpeechFrames < 10)
            {
                missed++;
                continue;
            }

            var start = map.Frames.IndexOf(true) * 160;
            var end = Math.Min(samples.Length, (map.Frames.LastIndexOf(true) * 160) + 400);
            missedCut += _detector.Detect(samples.AsSpan(start..end)).SpeechFrames < 10 ? 1 : 0;
        }

        // A few are whispered letters such as s and ch.
        Assert.InRange(missed, 0, Clips.Length / 50);
        Assert.InRange(missedCut, 0, Clips.Length / 50);
    }

    /// <summary>Letters and syllables one after another.</summary>
    private static float[] RealSpeech(int count) =>
        Signals.Join([.. Clips.Take(count).Select(clip => AudioFile.ReadSamples(clip))]);
}
