using System.Buffers.Binary;
using Speaker.Audio.Tests.Support;

namespace Speaker.Audio.Tests.Files;

/// <summary>What an AIFF header may say, and what is read then.</summary>
public class AiffFileTests
{
    private const int Sound = 8;

    [Fact]
    public void Read_OfAFileThatIsCut_SaysSoAndGivesWhatIsThere()
    {
        using var folder = new TemporaryFolder();

        var read = Decoded.With(
            RecordingIssue.Cut, "by its header it holds 0.50 s of sound, 0.25 s are there",
            folder.Write("a.aiff", Aiff(folder).AsSpan()[..^8000]));

        Assert.Equal(4000, read.Length);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(8u)]
    [InlineData(0xFFFFFFFFu)]
    [InlineData(0x7FFFFFFFu)]
    public void Read_OfAFileThatWasNotClosed_GoesToItsEnd(uint size)
    {
        using var folder = new TemporaryFolder();
        var file = Aiff(folder);
        var expected = Decoded.Clean(folder.Write("b.aiff", file));
        var chunk = file.AsSpan().IndexOf("SSND"u8);
        BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(chunk + 4), size);

        Assert.Equal(
            expected,
            Decoded.With(RecordingIssue.UnfinishedHeader, "did not close the file", folder.Write("a.aiff", file)));
    }

    [Fact]
    public void Read_OfAChunkThatStepsBack_Ends()
    {
        using var folder = new TemporaryFolder();
        var file = Aiff(folder);
        byte[] hostile = [.. file[..12], .. "ANNO"u8, 0xFF, 0xFF, 0xFF, 0xF8, .. file[12..]];

        Assert.Contains("no whole chunk COMM", Decoded.Refusal(folder.Write("a.aiff", hostile)), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OfImaAdpcm_GivesTheSamplesOfLibsndfile()
    {
        using var folder = new TemporaryFolder();
        var path = SoundWriter.Write(folder.File("a.aifc"), Signals.Voice(0.5), Signals.Rate, 1, 0x020012);

        Assert.Equal(Decoded.BySoundFile(File.ReadAllBytes(path)), Decoded.Clean(path));
    }

    [Fact]
    public void Open_OfACodecThatIsNotRead_NamesIt()
    {
        using var folder = new TemporaryFolder();
        var path = SoundWriter.Write(folder.File("a.aifc"), Signals.Voice(0.5), Signals.Rate, 1, 0x020010);
        var file = File.ReadAllBytes(path);
        "MAC6"u8.CopyTo(file.AsSpan(file.AsSpan().IndexOf("COMM"u8) + Sound + 18));

        Assert.Contains(
            "is \"MAC6\" in AIFF-C, which is not read without ffmpeg",
            Decoded.Refusal(folder.Write("b.aifc", file), new AudioFileOptions { Ffmpeg = AudioFileOptions.Off }),
            StringComparison.Ordinal);
    }

    /// <summary>Half a second of 16 bits.</summary>
    private static byte[] Aiff(TemporaryFolder folder) => File.ReadAllBytes(
        SoundWriter.Write(folder.File("made.aiff"), Signals.Voice(0.5), Signals.Rate, 1, SoundWriter.Aiff16));
}
