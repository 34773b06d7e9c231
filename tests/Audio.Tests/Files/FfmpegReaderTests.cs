using System.Buffers.Binary;
using Speaker.Audio.Tests.Support;

namespace Speaker.Audio.Tests.Files;

/// <summary>
/// Kinds that ffmpeg reads, with a script in the place of ffmpeg that writes down what it is asked for: no test needs the
/// real one.
/// </summary>
public sealed class FfmpegReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, byte[], string> Kinds => new()
    {
        { "MP4 (M4A, 3GP, MOV)", [0, 0, 0, 32, .. "ftypM4A "u8, 0, 0, 0, 0], "mov" },
        { "MP4 (M4A, 3GP, MOV)", [0, 0, 0, 32, .. "ftyp3gp5"u8, 0, 0, 0, 0], "mov" },
        { "WebM or Matroska", [0x1A, 0x45, 0xDF, 0xA3, 0x9F, 0x42, 0x86], "matroska" },
        { "AAC", [0xFF, 0xF1, 0x50, 0x80, 0, 0x1F, 0xFC], "aac" },
        { "AAC", [0xFF, 0xF9, 0x50, 0x80, 0, 0x1F, 0xFC], "aac" },
        { "AMR", [.. "#!AMR\n"u8, 0x3C], "amr" },
        { "AMR", [.. "#!AMR-WB\n"u8, 0x3C], "amr" },
        { "Windows Media Audio (ASF)", [0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11, 0xA6, 0xD9], "asf" },
        { "Core Audio (CAF)", [.. "caff"u8, 0, 1, 0, 0], "caf" },
        { "AU", [.. ".snd"u8, 0, 0, 0, 24], "au" },
        { "WavPack", [.. "wvpk"u8, 0, 0, 0, 24], "wv" },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Open_WithoutFfmpeg_NamesTheKindAndHowToConvertIt(string name, byte[] content, string demuxer)
    {
        var path = _folder.Write("what", content);

        var message = Decoded.Refusal(path, new AudioFileOptions { Ffmpeg = AudioFileOptions.Off });

        Assert.Equal(
            $"{path}: is {name}, which is not read without ffmpeg. Convert it: ffmpeg -i '{path}' 'what.wav', or allow "
            + "ffmpeg (Speaker:Audio:Ffmpeg is off).",
            message);
        Assert.NotEmpty(demuxer);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Read_WithFfmpeg_GivesItsSoundAndNamesTheDemuxer(string name, byte[] content, string demuxer)
    {
        var path = _folder.Write("what", content);
        var sound = Signals.Voice(1);

        var (samples, notes) = Decoded.Heard(path, With($"cat '{Au(sound, 16000, 1)}'"));

        Assert.Equal(sound, samples);
        Assert.Empty(notes);
        var arguments = File.ReadAllText(_folder.File("arguments"));
        Assert.Contains($" -protocol_whitelist file -f {demuxer} -i file:/proc/", arguments, StringComparison.Ordinal);
        Assert.NotEmpty(name);
    }

    [Fact]
    public void Read_OfStereoAtAnotherRate_IsMixedAndResampledHere()
    {
        var path = _folder.Write("a.m4a", [0, 0, 0, 32, .. "ftypM4A "u8, 0, 0, 0, 0]);
        var sound = Signals.Sine(500, 1, 0.5, 44100);

        var samples = Decoded.Heard(path, With($"cat '{Au(sound, 44100, 2)}'")).Samples;

        var expected = Signals.Sine(500, 1);
        Assert.Equal(expected.Length, samples.Length);
        Assert.All(
            expected.Zip(samples).Skip(1000).Take(14000), pair => Assert.Equal(pair.First, pair.Second, 1e-3));
    }

    [Fact]
    public void Open_OfWhatFfmpegDoesNotRead_SaysWhatItSays()
    {
        var path = _folder.Write("a.m4a", [0, 0, 0, 32, .. "ftypM4A "u8, 0, 0, 0, 0]);

        var message = Decoded.Refusal(path, With(
            "echo '[mov,mp4 @ 0x5616b1ea8a00] moov atom not found' >&2; exit 1"));

        Assert.Contains("(ffmpeg says: moov atom not found)", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OfWhatFfmpegComplainsOf_NotesIt()
    {
        var path = _folder.Write("a.m4a", [0, 0, 0, 32, .. "ftypM4A "u8, 0, 0, 0, 0]);
        var sound = Signals.Voice(1);

        var (samples, notes) = Decoded.Heard(path, With($"cat '{Au(sound, 16000, 1)}'; echo 'partial file' >&2"));

        Assert.Equal(sound, samples);
        Assert.Equal(RecordingIssue.Cut, Assert.Single(notes).Issue);
        Assert.Contains("partial file", notes[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OfAnFfmpegThatFailsHalfway_SaysSo()
    {
        var path = _folder.Write("a.m4a", [0, 0, 0, 32, .. "ftypM4A "u8, 0, 0, 0, 0]);

        var message = Decoded.Refusal(path, With($"cat '{Au(Signals.Voice(1), 16000, 1)}'; exit 69"));

        Assert.Contains("its decoder ended with exit code 69", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_OfAnFfmpegThatGivesNothing_EndsIt()
    {
        var path = _folder.Write("a.m4a", [0, 0, 0, 32, .. "ftypM4A "u8, 0, 0, 0, 0]);

        var message = Decoded.Refusal(path, With("exec sleep 1000") with { Patience = TimeSpan.FromSeconds(0.3) });

        Assert.Contains("gave nothing for 0.3 s and was stopped", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_OfAnFfmpegThatIsNotThere_SaysSo()
    {
        var path = _folder.Write("a.m4a", [0, 0, 0, 32, .. "ftypM4A "u8, 0, 0, 0, 0]);

        var exception = Assert.Throws<AudioException>(
            () => Decoded.Heard(path, new AudioFileOptions { Ffmpeg = _folder.File("none") }));

        Assert.StartsWith(
            $"Speaker:Audio:Ffmpeg = '{_folder.File("none")}': there is no such program", exception.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Open_OfAnFfmpegThatGivesSomethingElse_SaysSo()
    {
        var path = _folder.Write("a.m4a", [0, 0, 0, 32, .. "ftypM4A "u8, 0, 0, 0, 0]);

        Assert.Contains(
            "ffmpeg gives something else than sound",
            Decoded.Refusal(path, With("echo 'ffmpeg version 5.1, in many words'")), StringComparison.Ordinal);
    }

    /// <summary>Options with a script that notes its arguments and then does this.</summary>
    private AudioFileOptions With(string script)
    {
        var path = _folder.Write(
            "ffmpeg", System.Text.Encoding.UTF8.GetBytes(
                $"#!/bin/sh\necho \" $*\" > '{_folder.File("arguments")}'\n{script}\n"));
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException();
        }

        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return new AudioFileOptions { Ffmpeg = path };
    }

    /// <summary>A file as ffmpeg writes it: 32-bit float AU, each channel the same.</summary>
    private string Au(float[] sound, int rate, int channels)
    {
        var file = new byte[28 + (sound.Length * channels * 4)];
        ".snd"u8.CopyTo(file);
        int[] header = [28, -1, 6, rate, channels];
        for (var i = 0; i < header.Length; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(4 + (4 * i)), header[i]);
        }

        for (var i = 0; i < sound.Length * channels; i++)
        {
            BinaryPrimitives.WriteSingleBigEndian(file.AsSpan(28 + (4 * i)), sound[i / channels]);
        }

        return _folder.Write("sound.au", file);
    }
}
