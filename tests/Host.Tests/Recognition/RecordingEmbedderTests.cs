using Speaker.Audio;
using Speaker.Audio.Files;
using Speaker.Audio.Utterances;
using Speaker.Host.Tests.Support;
using Speaker.Inference;
using Speaker.Recognition;

namespace Speaker.Host.Tests.Recognition;

[Collection(TestModelTests.Name)]
public sealed class RecordingEmbedderTests : IDisposable
{
    /// <summary>More than two segments.</summary>
    private const int LongSeconds = 160;

    private readonly TemporaryFolder _folder = new();
    private readonly VoiceEncoder _encoder;
    private readonly RecordingEmbedder _embedder;

    public RecordingEmbedderTests(TestModel model)
    {
        _encoder = VoiceEncoder.Load(model.Path);
        _embedder = new RecordingEmbedder(_encoder, new SpeakerOptions());
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Embed_OneSegment_IsTheEncoderOnTheReadersFeatures()
    {
        var path = Sounds.WriteSpeech(_folder.File("short.wav"), "de");
        var reader = _encoder.CreateReader(new UtteranceOptions());
        var utterance = Assert.IsType<Utterance>(reader.Analyse(AudioFile.ReadSamples(path)));

        var embedded = await EmbedAsync(path);

        Assert.Equal(_encoder.Embed(utterance.Features), embedded.Embedding);
        Assert.Equal(utterance.SpeechSeconds, embedded.SpeechSeconds);
        Assert.Equal(utterance.TotalSeconds, embedded.TotalSeconds);
        Assert.Equal(utterance.Quality, embedded.Quality);
    }

    [Fact]
    public async Task Embed_LongRecording_IsTheMeanOfItsSegmentsByFrames()
    {
        var path = WriteLong();
        var expected = new double[_encoder.Card.Encoder.Dimension];
        var reports = new List<ListeningProgress>();
        var ends = new List<double>();
        foreach (var segment in _encoder.CreateReader(new UtteranceOptions()).ReadSegments(path))
        {
            var features = Assert.IsType<Utterance>(segment.Result).Features;
            var embedding = _encoder.Embed(features);
            for (var d = 0; d < expected.Length; d++)
            {
                expected[d] += (double)embedding[d] * features.Frames;
            }

            ends.Add(segment.EndSeconds);
        }

        var embedded = await _embedder.EmbedAsync(
            AudioInput.FromFile(path) with { Progress = new Reports(reports.Add) }, default);

        var length = Math.Sqrt(expected.Sum(value => value * value));
        for (var d = 0; d < expected.Length; d++)
        {
            Assert.Equal(expected[d] / length, embedded.Embedding![d], 1e-5);
        }

        Assert.Equal(LongSeconds, embedded.TotalSeconds, 1e-6);
        Assert.Equal(ends[..^1].Select(end => new ListeningProgress(end, LongSeconds)), reports);
        Assert.Equal(embedded.Embedding, (await EmbedAsync(path)).Embedding);
    }

    [Fact]
    public async Task Begin_BlocksAsTheyCome_GivesWhatTheFileGivesAtAnyTime()
    {
        var recorded = Long();
        var path = WaveFile.Write(_folder.File("long.wav"), recorded);
        var samples = AudioFile.ReadSamples(path);

        var sound = _embedder.Begin(withFingerprint: false);
        foreach (var block in samples.Chunk(1_600))
        {
            sound.Append(block);
            if (sound.Seconds is 80 or 120)
            {
                var soFar = WaveFile.Write(
                    _folder.File("part.wav"), recorded.AsSpan(0, (int)sound.Seconds * Sounds.SampleRate));
                AssertSame(await EmbedAsync(soFar), await sound.EmbedAsync(default));
            }
        }

        var whole = await EmbedAsync(path);
        AssertSame(whole, await sound.EmbedAsync(default));
        AssertSame(whole, await EmbedAsync(AudioInput.FromSamples(samples, AudioFile.SampleRate)));
    }

    [Fact]
    public async Task Embed_TokenAfterASegment_Stops()
    {
        var path = WriteLong();
        using var stop = new CancellationTokenSource();
        var reports = 0;

        var input = AudioInput.FromFile(path) with
        {
            Progress = new Reports(_ =>
            {
                reports++;
                stop.Cancel();
            }),
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _embedder.EmbedAsync(input, stop.Token));

        Assert.Equal(1, reports);
    }

    private string WriteLong() => WaveFile.Write(_folder.File("long.wav"), Long());

    private static float[] Long()
    {
        var speech = Sounds.Speech("de", 0, 24);
        var samples = new float[LongSeconds * Sounds.SampleRate];
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] = speech[i % speech.Length];
        }

        return samples;
    }

    private static void AssertSame(EmbeddingResult a, EmbeddingResult b)
    {
        Assert.True(a.IsUsable);
        Assert.Equal(a.Embedding, b.Embedding);
        Assert.Equal(a.SpeechSeconds, b.SpeechSeconds);
        Assert.Equal(a.TotalSeconds, b.TotalSeconds);
        Assert.Equal(a.Quality, b.Quality);
    }

    private Task<EmbeddingResult> EmbedAsync(AudioInput input) => _embedder.EmbedAsync(input, default);

    private sealed class Reports(Action<ListeningProgress> report) : IProgress<ListeningProgress>
    {
        public void Report(ListeningProgress value) => report(value);
    }
}
