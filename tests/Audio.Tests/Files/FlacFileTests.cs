using Speaker.Audio.Files.Flac;
using Speaker.Audio.Files.SoundFile;
using Speaker.Audio.Tests.Hostile;
using Speaker.Audio.Tests.Support;

namespace Speaker.Audio.Tests.Files;

/// <summary>FLAC, on its own and in Ogg. Where libsndfile reads the same, it is the oracle, bit for bit.</summary>
public class FlacFileTests
{
    private const int Flac = 0x170000;
    private const int Pcm8 = 1;
    private const int Pcm16 = 2;
    private const int Pcm24 = 3;

    private static readonly AudioFileOptions WithoutSoundFile = new() { HasSoundFileLibrary = false };

    /// <summary>What makes the encoder use each of its predictors, and none.</summary>
    private static readonly float[][] Sounds =
    [
        Signals.Voice(1.3), Signals.Noise(0.7, 1), new float[9000], [.. Enumerable.Repeat(0.25f, 5000)],
        [.. Enumerable.Range(0, 9000).Select(i => i % 2 == 0 ? 1f : -1f)], Signals.Sine(60, 0.9, 0.99),
        [.. Enumerable.Range(0, 9000).Select(i => (i % 256 / 128f) - 1)], [0.5f], Signals.Noise(0.3, 0.0003),
    ];

    [Theory]
    [InlineData(Pcm8, 8000, 1, 0.0)]
    [InlineData(Pcm16, 16000, 1, 0.0)]
    [InlineData(Pcm16, 16000, 1, 0.5)]
    [InlineData(Pcm16, 16000, 1, 1.0)]
    [InlineData(Pcm16, 44100, 2, 1.0)]
    [InlineData(Pcm16, 48000, 8, 0.5)]
    [InlineData(Pcm24, 96000, 2, 0.0)]
    [InlineData(Pcm24, 16000, 1, 1.0)]
    [InlineData(Pcm24, 12345, 3, 0.5)]
    public void Read_OfAnyStream_GivesTheSamplesOfLibsndfile(int encoding, int rate, int channels, double compression)
    {
        foreach (var sound in Sounds)
        {
            var frames = new float[sound.Length * channels];
            for (var i = 0; i < frames.Length; i++)
            {
                // Channels that have much in common, and not all.
                frames[i] = Math.Clamp(
                    sound[i / channels] * (1 - (0.2f * (i % channels))) + (0.01f * (i * 7 % 13 / 13f)), -1, 1);
            }

            using var stream = new MemoryStream();
            using (var writer = new SoundFileWriter(stream, rate, channels, Flac | encoding, 1 - compression))
            {
                writer.Write(frames);
            }

            using var reader = new FlacReader(new MemoryStream(stream.ToArray()));

            Assert.Equal((rate, channels, sound.Length), (
                reader.WaveFormat.SampleRate, reader.WaveFormat.Channels, (int)reader.ClaimedFrames));
            Assert.Equal(Decoded.BySoundFile(stream.ToArray()), Decoded.All(reader));
            Assert.Empty(((Audio.Files.IDecodedFile)reader).Notes);
        }
    }

    [Theory]
    [InlineData(4, 1)]
    [InlineData(12, 2)]
    [InlineData(16, 1)]
    [InlineData(20, 2)]
    [InlineData(31, 2)]
    [InlineData(32, 1)]
    [InlineData(32, 2)]
    [InlineData(32, 8)]
    public void Read_OfAnyNumberOfBits_GivesTheSamplesThatWereWritten(int bits, int channels)
    {
        var random = new Random(bits);
        var samples = Enumerable.Range(0, channels).Select(_ => Enumerable.Range(0, 9000)
            .Select(_ => (int)random.NextInt64(-(1L << (bits - 1)), 1L << (bits - 1)))
            .Append(int.MinValue >> (32 - bits)).Append(int.MaxValue >> (32 - bits)).ToArray()).ToArray();
        if (channels == 2)
        {
            // The largest difference that there is.
            (samples[0][5000], samples[1][5000]) = (int.MinValue >> (32 - bits), int.MaxValue >> (32 - bits));
        }

        using var reader = new FlacReader(new MemoryStream(FlacWriter.Write(samples, 16000, bits)));

        var expected = Enumerable.Range(0, samples[0].Length * channels)
            .Select(i => (float)samples[i % channels][i / channels] / (1L << (bits - 1)));
        Assert.Equal(expected, Decoded.All(reader));
    }

    [Fact]
    public void Read_InOddPieces_GivesWhatReadingAtOnceGives()
    {
        using var folder = new TemporaryFolder();
        var path = SoundWriter.Write(folder.File("a.flac"), Signals.Voice(1), 44100, 2, SoundWriter.Flac16);
        using var source = AudioFile.Open(path);
        var pieces = new List<float>();
        var buffer = new float[997];
        for (int read, size = 1; (read = source.Read(buffer.AsSpan(0, size))) > 0; size = (size * 7 % 997) + 1)
        {
            pieces.AddRange(buffer.AsSpan(0, read));
        }

        Assert.Equal(Decoded.Clean(path), pieces);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.01)]
    public void Read_OfAFileThatIsCut_SaysSoAndGivesTheWholeFrames(double share)
    {
        using var folder = new TemporaryFolder();
        var whole = SoundWriter.Write(folder.File("a.flac"), Signals.Voice(2), Signals.Rate, 1, SoundWriter.Flac16);
        var file = File.ReadAllBytes(whole);

        var read = Decoded.With(
            RecordingIssue.Cut, "by its header it holds 2.00 s of sound, ",
            folder.Write("b.flac", file.AsSpan(0, (int)(share * file.Length) + 200)));

        Assert.Equal(0, read.Length % 4096);
        Assert.InRange(read.Length, 0, (share * 32000) + 8192);
        Assert.Equal(Decoded.Clean(whole)[..read.Length], read);
    }

    /// <summary>An encoder that writes to a pipe does not know how much it will be; one that is killed lies.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(8192)]
    public void Read_OfAHeaderThatSaysLess_GivesAllOfTheSound(long total)
    {
        using var folder = new TemporaryFolder();
        int[][] samples = [[.. Enumerable.Range(0, 12000)]];

        Assert.Equal(
            samples[0].Select(sample => sample / 32768f),
            Decoded.Clean(folder.Write("a.flac", FlacWriter.Write(samples, Signals.Rate, 16, total))));
    }

    [Theory]
    [InlineData("TAG")]
    [InlineData("APETAGEX")]
    [InlineData("\0\0\0\0\0\0")]
    [InlineData("anything at all")]
    public void Read_OfWhatFollowsTheSound_LeavesItOut(string rest)
    {
        using var folder = new TemporaryFolder();
        int[][] samples = [[.. Enumerable.Range(0, 12000)]];
        byte[] file = [.. FlacWriter.Write(samples, Signals.Rate, 16), .. rest.Select(character => (byte)character)];

        Assert.Equal(12000, Decoded.Clean(folder.Write("a.flac", file)).Length);
    }

    [Fact]
    public void Read_OfOneStreamBehindAnother_GivesBoth()
    {
        using var folder = new TemporaryFolder();
        int[][] first = [[.. Enumerable.Range(0, 5000)]];
        int[][] second = [[.. Enumerable.Range(9000, 4500)]];
        byte[] file = [.. FlacWriter.Write(first, Signals.Rate, 16), .. FlacWriter.Write(second, Signals.Rate, 16)];

        Assert.Equal(
            first[0].Concat(second[0]).Select(sample => sample / 32768f), Decoded.Clean(folder.Write("a.flac", file)));
    }

    [Fact]
    public void Read_OfOneStreamBehindAnotherOfAnotherRate_SaysSo()
    {
        using var folder = new TemporaryFolder();
        int[][] sound = [[.. Enumerable.Range(0, 5000)]];
        byte[] file = [.. FlacWriter.Write(sound, Signals.Rate, 16), .. FlacWriter.Write(sound, 8000, 16)];

        Assert.Contains(
            "another FLAC stream of 1 channels at 8000 Hz follows one of 1 at 16000",
            Decoded.Refusal(folder.Write("a.flac", file)), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OfADamagedFrame_SaysWhichOneIsIt()
    {
        using var folder = new TemporaryFolder();
        var file = FlacWriter.Write([[.. Enumerable.Range(0, 12000)]], Signals.Rate, 16);
        file[12000] ^= 4;

        var message = Decoded.Refusal(folder.Write("a.flac", file));

        // Behind 42 bytes of header and a frame of 8 + 1 + 8,192 + 2.
        Assert.Contains("cannot be decoded after 0.26 s (the FLAC frame at byte 8245 has a wrong checksum)", message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Pcm16, 1)]
    [InlineData(Pcm24, 2)]
    public void Read_OfFlacInOgg_GivesTheSamplesOfTheStreamInIt(int encoding, int channels)
    {
        using var folder = new TemporaryFolder();
        var path = SoundWriter.Write(folder.File("a.flac"), Signals.Voice(2), Signals.Rate, channels, Flac | encoding);
        var ogg = folder.Write("a.oga", OggPages.OfFlac(File.ReadAllBytes(path)));

        Assert.Equal(Decoded.Clean(path), Decoded.Heard(ogg, WithoutSoundFile).Samples);
        Assert.Equal(Decoded.Clean(path), Decoded.Clean(ogg));
    }

    [Fact]
    public void Read_OfFlacInOggThatIsCut_SaysSo()
    {
        using var folder = new TemporaryFolder();
        var path = SoundWriter.Write(folder.File("a.flac"), Signals.Voice(4), Signals.Rate, 1, SoundWriter.Flac16);
        var ogg = OggPages.OfFlac(File.ReadAllBytes(path));

        var read = Decoded.With(
            RecordingIssue.Cut, "cut: ", folder.Write("a.oga", ogg.AsSpan(0, ogg.Length / 2)));

        Assert.Equal(Decoded.Clean(path)[..read.Length], read);
        Assert.InRange(read.Length, 1, 3 * Signals.Rate);
    }
}
