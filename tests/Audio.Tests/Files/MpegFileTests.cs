using Speaker.Audio.Tests.Support;

namespace Speaker.Audio.Tests.Files;

/// <summary>MPEG audio whose first frame is not where the file begins.</summary>
public class MpegFileTests
{
    public static TheoryData<string, byte[]> Beginnings => new()
    {
        { "zeros", new byte[512] },
        { "one zero", new byte[1] },
        { "many zeros", new byte[100_000] },
        { "a tag with a footer", TagWithFooter(300) },
        { "a tag", Tag(3, 0, 300) },
        { "a tag of version 2.2", Tag(2, 0, 50) },
        { "two tags", [.. Tag(4, 0, 40), .. Tag(3, 0, 40)] },
        { "a tag and zeros", [.. Tag(3, 0, 40), .. new byte[700]] },
        { "a tag that claims too little", [.. Tag(3, 0, 40), .. Enumerable.Repeat((byte)'x', 500)] },
        { "a tag that claims too much", TagThatClaims(0x7F, 20) },
        { "an APE tag", ApeTag(200) },
        { "letters", [.. Enumerable.Repeat((byte)'x', 2000)] },
        { "what looks like a frame", [0xFF, 0xFB, 0x90, 0, .. new byte[100], 0xFF, 0xFF, 0xE0, 0xFF] },
    };

    [Theory]
    [MemberData(nameof(Beginnings))]
    public void Read_OfFramesBehindSomething_GivesWhatTheyGiveAlone(string what, byte[] beginning)
    {
        using var folder = new TemporaryFolder();
        var plain = Mp3(folder);

        var read = Decoded.Clean(folder.Write(what, [.. beginning, .. File.ReadAllBytes(plain)]));

        Assert.Equal(Decoded.Clean(plain), read);
    }

    /// <summary>A recording of a broadcast begins anywhere. The frames that are whole are heard.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(77)]
    [InlineData(200)]
    public void Read_OfAFileThatBeginsWithinAFrame_GivesTheRest(int cut)
    {
        using var folder = new TemporaryFolder();
        var plain = Mp3(folder);
        var whole = Decoded.Clean(plain);

        var read = Decoded.Heard(folder.Write("a.mp3", File.ReadAllBytes(plain).AsSpan(1000 + cut))).Samples;

        Assert.InRange(read.Length, whole.Length - 16000, whole.Length + 2000);
        Assert.Contains(Enumerable.Range(0, whole.Length - 16000), shift =>
            Enumerable.Range(8000, 8000).All(i => Math.Abs(read[i] - whole[i + shift]) < 1e-5));
    }

    [Theory]
    [InlineData("TAG", 128)]
    [InlineData("APETAGEX", 200)]
    [InlineData("\0", 500)]
    public void Read_OfATagBehindTheFrames_LeavesItOut(string name, int length)
    {
        using var folder = new TemporaryFolder();
        var plain = Mp3(folder);
        var tag = new byte[length];
        name.Select(character => (byte)character).ToArray().CopyTo(tag, 0);

        var read = Decoded.Clean(folder.Write("a.mp3", [.. File.ReadAllBytes(plain), .. tag]));

        Assert.Equal(Decoded.Clean(plain), read);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void Read_OfAFileThatIsCut_SaysSo(double share)
    {
        using var folder = new TemporaryFolder();
        var file = File.ReadAllBytes(Mp3(folder));

        var read = Decoded.With(
            RecordingIssue.Cut, "by its header it holds 2.", folder.Write("a.mp3", file.AsSpan(0, (int)(share * file.Length))));

        Assert.InRange(read.Length, share * 25000, share * 38000);
    }

    /// <summary>Without the table of an encoder, only a frame that is not whole tells.</summary>
    [Fact]
    public void Read_OfFramesWithoutATableThatAreCut_SaysSo()
    {
        using var folder = new TemporaryFolder();
        var file = File.ReadAllBytes(Mp3(folder));
        var table = file.AsSpan().IndexOf("Info"u8) is >= 0 and var info ? info : file.AsSpan().IndexOf("Xing"u8);
        file.AsSpan(table, 4).Clear();

        Decoded.With(RecordingIssue.Cut, "ends within a frame", folder.Write("a.mp3", file.AsSpan(0, file.Length - 10)));
        Decoded.Clean(folder.Write("b.mp3", file));
    }

    /// <summary>No series of frames is in there.</summary>
    [Fact]
    public void Open_OfWhatIsNoSound_SaysSo()
    {
        using var folder = new TemporaryFolder();
        var noise = new byte[1 << 21];
        new Random(5).NextBytes(noise);
        noise[0] = (byte)'x';

        Assert.Contains(
            "not a sound file that can be read.", Decoded.Refusal(folder.Write("a.mp3", noise)),
            StringComparison.Ordinal);
    }

    private static string Mp3(TemporaryFolder folder) =>
        SoundWriter.Write(folder.File("plain.mp3"), Signals.Voice(2), Signals.Rate, 1, SoundWriter.Mp3);

    /// <summary>An ID3v2 tag of so many bytes of content.</summary>
    private static byte[] Tag(byte version, byte flags, int length) =>
        [.. "ID3"u8, version, 0, flags, 0, 0, (byte)(length >> 7), (byte)(length & 0x7F), .. new byte[length]];

    private static byte[] TagWithFooter(int length) =>
        [.. Tag(4, 0x10, length), .. "3DI"u8, 4, 0, 0x10, 0, 0, (byte)(length >> 7), (byte)(length & 0x7F)];

    private static byte[] TagThatClaims(byte size, int length) =>
        [.. "ID3"u8, 3, 0, 0, size, size, size, size, .. new byte[length]];

    private static byte[] ApeTag(int length) =>
        [.. "APETAGEX"u8, 0xD0, 7, 0, 0, .. BitConverter.GetBytes(length), .. new byte[16], .. new byte[length]];
}
