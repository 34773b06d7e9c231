using System.Numerics.Tensors;
using NAudio.Wave;
using Speaker.Audio.Features;
using Speaker.Audio.Files;
using Speaker.Audio.Tests.Support;
using Speaker.Audio.Utterances;

namespace Speaker.Audio.Tests.Utterances;

public class SegmentsTests
{
    private static readonly FrontEndSpecification Specification = new();

    // As it was recorded, so that frames of a segment and of the whole can be compared.
    private static readonly FrontEndSpecification AsRecorded = new() { SpeechLevel = null };

    private readonly UtteranceReader _reader = new(Specification, new UtteranceOptions());

    [Theory]
    [InlineData(1.5, 22050)]
    [InlineData(90, 16000)]
    public void ReadSegments_UpToTheLongestSegment_IsAnalyseOfTheSamples(double seconds, int rate)
    {
        using var folder = new TemporaryFolder();
        var path = SoundWriter.Write(folder.File("a.flac"), Signals.Voice(seconds), rate, 2, SoundWriter.Flac16);
        var samples = AudioFile.ReadSamples(path);

        var segment = Assert.Single(_reader.ReadSegments(path));

        Assert.True(segment.IsLast);
        Assert.Equal(samples.Length / 16000.0, segment.EndSeconds);
        Assert.Equal(segment.EndSeconds, segment.RecordingSeconds);
        var read = Assert.IsType<Utterance>(segment.Result);
        var analysed = Assert.IsType<Utterance>(_reader.Analyse(samples));
        Assert.Equal(analysed.Features.Values, read.Features.Values);
        Assert.Equal(analysed.Quality, read.Quality);
        Assert.Equal(analysed.SpeechSeconds, read.SpeechSeconds);
        Assert.Equal(analysed.TotalSeconds, read.TotalSeconds);
    }

    [Theory]
    [InlineData(160)]
    [InlineData(7_777)]
    [InlineData(16_000)]
    [InlineData(5_000_000)]
    public void TryTake_BlocksOfAnyLength_CutsInThePausesAndLosesNoFrame(int blockLength)
    {
        // Pauses of 0.3 s at these seconds, each 10 dB quieter than the one before.
        int[] pauses = [50, 57, 107, 112, 160, 166, 221];
        var samples = Signals.Noise(290);
        for (var i = 0; i < pauses.Length; i++)
        {
            var pause = samples.AsSpan(pauses[i] * 16000, 4800);
            TensorPrimitives.Multiply(pause, MathF.Pow(10, -1 - (0.5f * i)), pause);
        }

        var cutter = new SegmentCutter(AsRecorded);
        var frontEnd = new FrontEnd(AsRecorded);
        var frames = new List<float>();
        var cuts = new List<long>();
        for (var start = 0; start < samples.Length; start += blockLength)
        {
            cutter.Append(samples.AsSpan(start, Math.Min(blockLength, samples.Length - start)));
            while (cutter.TryTake(out var segment))
            {
                cuts.Add(cutter.Position);
                frames.AddRange(frontEnd.Compute(segment.Samples).Values);
            }
        }

        Assert.Equal(samples.Length - cutter.Position, cutter.Rest.Length);
        frames.AddRange(frontEnd.Compute(cutter.Rest.Samples).Values);

        // From 0: 45 to 60; from the cut at 57.15: 102.15 to 117.15, and so on.
        double[] expectedCuts = [57, 112, 166, 221];
        Assert.Equal(expectedCuts.Length, cuts.Count);
        Assert.All(cuts.Zip(expectedCuts), cut => Assert.InRange(cut.First / 16000.0, cut.Second, cut.Second + 0.3));
        Assert.All(cuts, cut => Assert.Equal(0, cut % 160));

        // Every frame of the whole, once and in its place; all but the first after a cut are the same bit for bit.
        var whole = frontEnd.Compute(samples);
        var together = frames.ToArray();
        Assert.Equal(whole.Values.Length, together.Length);
        var firsts = cuts.Select(cut => cut / 160).ToHashSet();
        for (var frame = 0; frame < whole.Frames; frame++)
        {
            if (!firsts.Contains(frame))
            {
                Assert.True(whole.Row(frame).SequenceEqual(together.AsSpan(frame * 60, 60)), $"frame {frame}");
            }
        }
    }

    [Fact]
    public void TryTake_DigitalSilence_CutsAtTheLatestPlace()
    {
        var cutter = new SegmentCutter(Specification);
        cutter.Append(new float[(90 * 16000) + 1]);

        Assert.True(cutter.TryTake(out var segment));

        Assert.InRange(segment.Length, 59.8 * 16000, 60 * 16000);
        Assert.False(cutter.TryTake(out _));
        Assert.Equal((90 * 16000) + 1 - segment.Length, cutter.Rest.Length);
    }

    [Fact]
    public void ReadSegments_LongRecording_AddsUpToTheWhole()
    {
        var voice = Signals.Join(Signals.Noise(5, 0.003), Signals.Voice(8), Signals.Noise(5, 0.003, 2));
        var samples = Enumerable.Repeat(voice, 15).SelectMany(part => part).ToArray();

        var segments = _reader.ReadSegments(new Samples(samples), 270, default).ToArray();

        Assert.InRange(segments.Length, 4, 6);
        Assert.Equal([.. Enumerable.Repeat(false, segments.Length - 1), true], segments.Select(s => s.IsLast));
        Assert.All(segments, segment => Assert.Equal(270, segment.RecordingSeconds));
        Assert.Equal(270, segments[^1].EndSeconds);
        var summary = segments.Aggregate(RecordingSummary.Empty, (sum, segment) => sum.Add(segment.Result));
        var whole = Assert.IsType<Utterance>(_reader.Analyse(samples));
        Assert.Null(summary.Judge(_reader.Options));
        Assert.Equal(270, summary.TotalSeconds, 1e-6);
        Assert.Equal(whole.SpeechSeconds, summary.SpeechSeconds, 1.0);
        Assert.Equal(whole.Quality.Peak, summary.Quality.Peak);
        Assert.Equal(whole.Quality.SpeechLevel, summary.Quality.SpeechLevel, 0.2);
        Assert.Equal(whole.Quality.SignalToNoise!.Value, summary.Quality.SignalToNoise!.Value, 0.5);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(50.0)]
    [InlineData(1e12)]
    public void ReadSegments_HeaderThatCannotBeRight_GivesNoLengthBeforeTheEnd(double claimed)
    {
        var segments = _reader.ReadSegments(new Samples(new float[100 * 16000]), claimed, default).ToArray();

        Assert.Equal([null, 100.0], segments.Select(segment => segment.RecordingSeconds));
    }

    [Fact]
    public void ReadSegments_MoreThanAllowed_IsNotReadOnAndRefused()
    {
        var brief = new UtteranceReader(Specification, new UtteranceOptions { MaximumSeconds = 100 });
        var source = new EndlessVoice(double.PositiveInfinity);

        var summary = brief.ReadSegments(source, 0, default)
            .Aggregate(RecordingSummary.Empty, (sum, segment) => sum.Add(segment.Result));

        Assert.InRange(source.Seconds, 100, 102);
        var refusal = summary.Judge(brief.Options)!;
        Assert.Equal(RefusalReason.TooLong, refusal.Reason);
        Assert.Contains("may hold 100 s", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(RefusalReason.TooLong, Assert.IsType<Refusal>(brief.Analyse(new float[102 * 16000])).Reason);
    }

    [Fact]
    public void ReadSegments_TokenInTheMiddle_StopsReading()
    {
        using var stop = new CancellationTokenSource();
        var source = new EndlessVoice(double.PositiveInfinity);
        var heard = 0;

        Assert.Throws<OperationCanceledException>(() =>
        {
            foreach (var segment in _reader.ReadSegments(source, 0, stop.Token))
            {
                heard++;
                Assert.False(segment.IsLast);
                if (heard == 2)
                {
                    stop.Cancel();
                }
            }
        });

        Assert.Equal(2, heard);
        Assert.InRange(source.Seconds, 90, 152);
    }

    private sealed class Samples(float[] samples) : ISampleProvider
    {
        private int _position;

        public WaveFormat WaveFormat { get; } = WaveFormat.CreateIeeeFloatWaveFormat(16000, 1);

        public int Read(Span<float> buffer)
        {
            var read = Math.Min(buffer.Length, samples.Length - _position);
            samples.AsSpan(_position, read).CopyTo(buffer);
            _position += read;
            return read;
        }
    }
}
