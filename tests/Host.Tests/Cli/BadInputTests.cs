using Speaker.CommandLine;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Cli;

/// <summary>Bad input gets the documented exit code and a message, and never a stack trace.</summary>
[Collection(TestModelTests.Name)]
public sealed class BadInputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestModel _model;
    private readonly SpeakerProcess _speaker;

    public BadInputTests(TestModel model)
    {
        _model = model;
        _speaker = new SpeakerProcess(_folder, model.Path);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Verify_BadRecordings_GiveTheDocumentedExitCodeAndName()
    {
        Enrol();
        var speech = File.ReadAllBytes(Speech());
        var noChannels = (byte[])speech.Clone();
        noChannels[22] = 0;
        foreach (var (name, bytes, exitCode) in (ReadOnlySpan<(string, byte[], int)>)
                 [
                     ("empty.wav", [], 3),
                     ("text.wav", "this is a text, whatever its name says"u8.ToArray(), 3),
                     ("truncated-header.wav", speech[..30], 3),
                     ("no-channels.wav", noChannels, 3),
                     ("short.wav", File.ReadAllBytes(WaveFile.Write(_folder.File("s.wav"),
                         Sounds.Speech("de", 0, 1).AsSpan(8000, 1600))), 2),
                     ("silence.wav", File.ReadAllBytes(Sounds.WriteSilence(_folder.File("z.wav"), 3)), 2),
                 ])
        {
            var path = _folder.File(name);
            File.WriteAllBytes(path, bytes);
            var result = _speaker.Run("verify", "anna", path);
            Assert.True(exitCode == result.ExitCode, $"{name}: {result.ExitCode} {result.Output} {result.Error}");
            var message = exitCode == 3 ? result.Error : result.Output;
            Assert.NotEmpty(message);
            Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
            if (exitCode == 3)
            {
                Assert.Contains(name, result.Error, StringComparison.Ordinal);
                Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
            }
        }
    }

    [Fact]
    public void Verify_NoFile_IsBadInputWithAJsonErrorToo()
    {
        Enrol();
        var result = _speaker.Run("verify", "anna", _folder.File("missing.wav"), "--json");
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("missing.wav", result.Error, StringComparison.Ordinal);
        Assert.Contains("missing.wav", result.Json.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal(3, result.Json.GetProperty("exitCode").GetInt32());
    }

    [Fact]
    public void Verify_UnknownSpeaker_SaysHowToEnrol()
    {
        Enrol();
        foreach (var store in (string[])[_speaker.Store, _folder.File("none.db")])
        {
            var result = _speaker.Run("verify", "boris", Speech(), "--store", store);
            Assert.Equal(3, result.ExitCode);
            Assert.Contains("unknown speaker 'boris'", result.Error, StringComparison.Ordinal);
            Assert.Contains("speaker enroll boris", result.Error, StringComparison.Ordinal);
        }

        Assert.False(File.Exists(_folder.File("none.db")));
    }

    [Fact]
    public void Verify_StoreOfAnotherModel_NamesBothHashes()
    {
        Enrol();
        foreach (var arguments in (string[][])[["verify", "anna", Speech()], ["enroll", "anna", Speech()],
            ["identify", Speech()]])
        {
            var result = _speaker.Run([.. arguments, "--model", _model.OtherPath]);
            Assert.Equal(3, result.ExitCode);
            Assert.Contains(_model.Hash, result.Error, StringComparison.Ordinal);
            Assert.Contains(_model.OtherHash, result.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Embed_ModelFileCutInHalf_IsBadInput()
    {
        var path = _folder.File("half.safetensors");
        var weights = File.ReadAllBytes(_model.Path);
        File.WriteAllBytes(path, weights[..(weights.Length / 2)]);
        File.Copy(Path.ChangeExtension(_model.Path, ".json"), Path.ChangeExtension(path, ".json"));
        var result = _speaker.Run("embed", Speech(), "--model", path);
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("half.safetensors", result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    [Fact]
    public void Verify_StoreThatIsATextFile_IsBadInput()
    {
        File.WriteAllText(_folder.File("notes.txt"), string.Concat(Enumerable.Repeat("text\n", 300)));
        var result = _speaker.Run("verify", "anna", Speech(), "--store", _folder.File("notes.txt"));
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("not a Speaker store", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("frobnicate")]
    [InlineData("verify anna")]
    [InlineData("verify anna a.wav --threshold 3")]
    [InlineData("verify anna a.wav --threshold x")]
    [InlineData("verify anna a.wav --threshold 0.5 --target-far 0.1")]
    [InlineData("verify anna a.wav --target-far 7")]
    [InlineData("identify a.wav --top 0")]
    [InlineData("eval")]
    [InlineData("eval --corpus a --trials b")]
    [InlineData("train --corpus a")]
    [InlineData("live anna --seconds 0")]
    public void Run_UsageError_IsBadInputOnOneLine(string line)
    {
        var result = _speaker.Run(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(3, result.ExitCode);
        Assert.StartsWith("speaker: ", Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)),
            StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    [Fact]
    public void Train_OptionThatIsNone_NamesIt()
    {
        var result = _speaker.Run(
            "train", "--corpus", _folder.Folder("corpus"), "--out", _folder.File("m"), "--set", "tripletMargn=0.2");
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("tripletMargn", result.Error, StringComparison.Ordinal);
        Assert.Equal(3, _speaker.Run(
            "train", "--corpus", _folder.File("corpus"), "--out", _folder.File("m"), "--resume").ExitCode);
    }

    [RootFact]
    public void Enroll_DiskFull_SaysSoAndLeavesAWholeStore()
    {
        Enrol();
        var mount = _folder.Folder("full");
        using var disk = new SmallDisk(mount, kilobytes: 64);
        var store = Path.Combine(mount, "voiceprints.db");
        File.Copy(_speaker.Store, store);
        disk.Fill();

        var result = _speaker.Run("enroll", "boris", Speech(), "--store", store);
        Assert.Equal(3, result.ExitCode);
        Assert.Contains(store, result.Error, StringComparison.Ordinal);
        Assert.Contains("nothing was written", result.Error, StringComparison.Ordinal);
        disk.Empty();
        Assert.Equal("anna", _speaker.Run("list", "--json", "--store", store).Json.GetProperty("speaker").GetString());
    }

    private void Enrol() => Assert.Equal(0, _speaker.Run("enroll", "anna", Speech()).ExitCode);

    private string Speech()
    {
        var path = _folder.File("speech.wav");
        return File.Exists(path) ? path : Sounds.WriteSpeech(path, "de");
    }
}
