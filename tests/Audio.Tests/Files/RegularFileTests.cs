using System.Diagnostics;
using System.Net.Sockets;
using Speaker.Audio.Files.Opening;
using Speaker.Audio.Tests.Support;

namespace Speaker.Audio.Tests.Files;

/// <summary>What a path may lead to besides a file. Each call returns, whoever else does nothing.</summary>
public class RegularFileTests
{
    [Fact]
    public void Open_OfAPipeThatNobodyWritesTo_SaysSo()
    {
        using var folder = new TemporaryFolder();
        var path = Pipe(folder.File("a.wav"));

        Assert.Contains("is a pipe (FIFO), not a file", Refused(path), StringComparison.Ordinal);
        File.CreateSymbolicLink(folder.File("b.wav"), path);
        Assert.Contains("is a pipe (FIFO), not a file", Refused(folder.File("b.wav")), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_OfASocket_SaysSo()
    {
        using var folder = new TemporaryFolder();
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        var path = folder.File("a.wav");
        socket.Bind(new UnixDomainSocketEndPoint(path));

        Assert.Contains("is a socket", Refused(path), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/dev/null", "is a device")]
    [InlineData("/dev/zero", "is a device")]
    [InlineData("/tmp", "is a directory; name a sound file in it")]
    [InlineData("/etc/passwd/a.wav", "there is no such file; a part of its path is a file")]
    [InlineData("/nowhere/a.wav", "there is no such file")]
    [InlineData("/etc/passwd\0.wav", "there is no such file")]
    public void Open_OfWhatIsNoFile_SaysSo(string path, string message)
    {
        var exception = Assert.Throws<AudioException>(() => RegularFile.Open(path));
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_OfALink_OpensWhatItLeadsTo()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("a.wav", "sound"u8);
        File.CreateSymbolicLink(folder.File("b.wav"), path);
        File.CreateSymbolicLink(folder.File("gone.wav"), folder.File("nothing"));
        File.CreateSymbolicLink(folder.File("round.wav"), folder.File("round.wav"));

        using var file = RegularFile.Open(folder.File("b.wav"));

        Assert.Equal(5, file.Length);
        Assert.Contains("there is no such file", Refused(folder.File("gone.wav")), StringComparison.Ordinal);
        Assert.Contains("is a symbolic link", Refused(folder.File("round.wav")), StringComparison.Ordinal);
    }

    [Fact]
    public void OpenBelow_OfAFileInAFolder_OpensIt()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(Path.Combine(folder.Folder("inbox", "anna"), "a.wav"), "sound"u8);
        File.CreateSymbolicLink(folder.File("link"), folder.File("inbox"));

        foreach (var root in (string[])[folder.File("inbox"), folder.File("link")])
        {
            using var file = RegularFile.OpenBelow(root, Path.Combine("anna", "a.wav"));
            Assert.Equal(5, file.Length);
        }
    }

    /// <summary>A stranger who may write into a folder may not have any file of the machine read.</summary>
    [Fact]
    public void OpenBelow_OfALinkOnTheWay_SaysSo()
    {
        using var folder = new TemporaryFolder();
        folder.Folder("inbox", "anna");
        File.WriteAllBytes(Path.Combine(folder.Folder("elsewhere"), "a.wav"), "secret"u8);
        File.CreateSymbolicLink(folder.File("inbox", "bob"), folder.File("elsewhere"));
        File.CreateSymbolicLink(folder.File("inbox", "anna", "a.wav"), folder.File("elsewhere", "a.wav"));
        File.CreateSymbolicLink(folder.File("inbox", "anna", "b.wav"), folder.File("inbox", "anna", "c.wav"));

        Assert.Contains("a part of its path is a file or a symbolic link", Below("bob/a.wav"), StringComparison.Ordinal);
        Assert.Contains("is a symbolic link, which is not followed here", Below("anna/a.wav"), StringComparison.Ordinal);
        Assert.Contains("is a symbolic link, which is not followed here", Below("anna/b.wav"), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => RegularFile.OpenBelow(folder.File("inbox"), "../elsewhere/a.wav"));
        Assert.Throws<ArgumentException>(() => RegularFile.OpenBelow(folder.File("inbox"), "/etc/passwd"));

        string Below(string path) => Assert.Throws<AudioException>(
            () => RegularFile.OpenBelow(folder.File("inbox"), path)).Message;
    }

    [Fact]
    public void OpenBelow_OfAPipe_SaysSo()
    {
        using var folder = new TemporaryFolder();
        Pipe(Path.Combine(folder.Folder("anna"), "a.wav"));

        var exception = Assert.Throws<AudioException>(() => RegularFile.OpenBelow(folder.Root, "anna/a.wav"));
        Assert.Contains("is a pipe (FIFO)", exception.Message, StringComparison.Ordinal);
    }

    internal static string Pipe(string path)
    {
        using var process = Process.Start("mkfifo", path);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return path;
    }

    private static string Refused(string path) => Decoded.Refusal(path);
}
