using System.Buffers.Binary;
using Speaker.Audio.Tests.Hostile;
using Speaker.Audio.Tests.Support;

namespace Speaker.Audio.Tests.Files;

/// <summary>Ogg files with several streams, one after the other and side by side.</summary>
public class OggFileTests
{
    [Theory]
    [InlineData(SoundWriter.OggVorbis)]
    [InlineData(SoundWriter.OggOpus)]
    public void Read_OfStreamsThatFollowOneAnother_GivesAllOfThem(int format)
    {
        using var folder = new TemporaryFolder();
        var first = SoundWriter.Write(folder.File("1.ogg"), Signals.Voice(2), Signals.Rate, 1, format);
        var second = SoundWriter.Write(folder.File("2.ogg"), Signals.Sine(700, 1.5), Signals.Rate, 1, format);
        byte[] file = [.. File.ReadAllBytes(first), .. File.ReadAllBytes(second), .. File.ReadAllBytes(first)];

        var read = Decoded.Clean(folder.Write("a.ogg", file));

        var (one, two) = (Decoded.Clean(first), Decoded.Clean(second));
        Assert.Equal([.. one, .. two, .. one], read);
    }

    /// <summary>Each is mixed and resampled by itself.</summary>
    [Fact]
    public void Read_OfStreamsOfDifferentRatesChannelsAndCodecs_GivesAllOfThem()
    {
        using var folder = new TemporaryFolder();
        var vorbis = SoundWriter.Write(
            folder.File("1.ogg"), Signals.Sine(700, 1, 0.5, 44100), 44100, 2, SoundWriter.OggVorbis);
        var opus = SoundWriter.Write(folder.File("2.opus"), Signals.Voice(2), 16000, 1, SoundWriter.OggOpus);
        var flac = folder.Write("3.oga", OggPages.OfFlac(File.ReadAllBytes(
            SoundWriter.Write(folder.File("3.flac"), Signals.Voice(1), 8000, 1, SoundWriter.Flac16))));
        string[] files = [vorbis, opus, flac];

        var read = Decoded.Clean(folder.Write("a.ogg", [.. files.SelectMany(File.ReadAllBytes)]));

        Assert.Equal(files.SelectMany(Decoded.Clean), read);
    }

    [Fact]
    public void Read_OfAChainWithADamagedStream_SaysWhere()
    {
        using var folder = new TemporaryFolder();
        var first = File.ReadAllBytes(
            SoundWriter.Write(folder.File("1.ogg"), Signals.Voice(2), Signals.Rate, 1, SoundWriter.OggVorbis));
        var second = (byte[])first.Clone();
        var pages = OggPages.Find(second);
        BinaryPrimitives.WriteInt32LittleEndian(second.AsSpan(pages[^1].Start + OggPages.Sequence), 99);
        byte[] file = [.. first, .. OggPages.Repair(second)];

        Assert.Contains(
            $"the Ogg page at byte {first.Length + pages[^1].Start} is number 99",
            Decoded.Refusal(folder.Write("a.ogg", file)), StringComparison.Ordinal);
    }

    /// <summary>Pictures begin first and run beside the sound.</summary>
    [Theory]
    [InlineData(SoundWriter.OggVorbis)]
    [InlineData(SoundWriter.OggOpus)]
    public void Read_OfASoundBesidePictures_GivesTheSound(int format)
    {
        using var folder = new TemporaryFolder();
        var plain = SoundWriter.Write(folder.File("1.ogg"), Signals.Voice(3), Signals.Rate, 1, format);
        var sound = File.ReadAllBytes(plain);
        var soundPages = OggPages.Find(sound);
        byte[] header = [0x80, .. "theora"u8, 3, 2, 1, .. new byte[30]];
        var pictures = OggPages.Write(99, [header, .. Enumerable.Range(0, soundPages.Count).Select(_ => new byte[300])]);
        var picturePages = OggPages.Find(pictures);
        var file = new List<byte>();
        for (var i = 0; i < soundPages.Count; i++)
        {
            file.AddRange(pictures.AsSpan(picturePages[i].Start, picturePages[i].Length));
            file.AddRange(sound.AsSpan(soundPages[i].Start, soundPages[i].Length));
        }

        Assert.Equal(Decoded.Clean(plain), Decoded.Clean(folder.Write("a.ogg", [.. file])));
    }

    [Fact]
    public void Read_OfPicturesAlone_SaysSo()
    {
        using var folder = new TemporaryFolder();
        byte[] header = [0x80, .. "theora"u8, 3, 2, 1, .. new byte[30]];

        Assert.Contains(
            "Ogg in which no stream of sound begins",
            Decoded.Refusal(folder.Write("a.ogg", OggPages.Write(1, [header, new byte[9]]))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SoundWriter.OggVorbis)]
    [InlineData(SoundWriter.OggOpus)]
    public void Read_OfAFileThatIsCut_SaysSo(int format)
    {
        using var folder = new TemporaryFolder();
        var file = File.ReadAllBytes(
            SoundWriter.Write(folder.File("1.ogg"), Signals.Voice(4), Signals.Rate, 1, format));
        var pages = OggPages.Find(file);

        // Between two pages, and within one.
        foreach (var length in (int[])[pages[^1].Start, pages[^1].Start + 50])
        {
            var read = Decoded.With(
                RecordingIssue.Cut, "the Ogg page that ends the stream is missing",
                folder.Write("a.ogg", file.AsSpan(0, length)));

            Assert.InRange(read.Length, 1000, (4 * Signals.Rate) - 1);
        }
    }

    [Fact]
    public void Open_OfSpeex_SaysHowToConvertIt()
    {
        using var folder = new TemporaryFolder();
        byte[] header = [.. "Speex   1.2"u8, .. new byte[69]];

        Assert.Contains(
            "is Speex in Ogg, which is not read without ffmpeg",
            Decoded.Refusal(
                folder.Write("a.spx", OggPages.Write(1, [header, new byte[9]])),
                new AudioFileOptions { Ffmpeg = AudioFileOptions.Off }),
            StringComparison.Ordinal);
    }
}
