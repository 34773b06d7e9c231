using Speaker.Audio;
using Speaker.Audio.Files;
using Speaker.Enrolment.Sqlite;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Cli;

/// <summary>Recordings that are kept in a folder beside an SQLite file, and what they are kept for: another
/// model.</summary>
[Collection(TestModelTests.Name)]
public sealed class MigrateTests(TestModel model) : MigrateConformance(model)
{
    protected override string Place => Folder.File("store", "voiceprints.db");

    private string Recordings => KeptRecordings.FolderOf(Place);

    private string[] Files => Directory.Exists(Recordings) ? Directory.GetFiles(Recordings) : [];

    protected override int Kept() => Files.Length;

    protected override void LoseLast() => File.Delete(Files.MaxBy(file => File.GetLastWriteTimeUtc(file))!);

    [Fact]
    public void Enroll_Recordings_AreTheOwnersAlone()
    {
        Enrol([], "anna", Speech(0));
        Assert.False(Directory.Exists(Recordings));
        Enrol(Keeping, "anna", Speech(4));
        var file = Assert.Single(Files);
        if (!OperatingSystem.IsWindows())
        {
            const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            Assert.Equal(owner | UnixFileMode.UserExecute, File.GetUnixFileMode(Recordings));
            Assert.Equal(owner, File.GetUnixFileMode(file));
        }
    }

    [Fact]
    public void Recordings_GoWithTheirUtterancesAndStayWithTheirSpeakers()
    {
        var silence = Sounds.WriteSilence(Folder.File("silence.wav"), 3);
        Assert.Equal(2, RunKeeping("enroll", "anna", Speech(0), silence, Speech(4)).ExitCode);
        Assert.Equal(2, Kept());
        Enrol(Keeping, "anna", Speech(0));
        Assert.Equal(2, Kept());
        using (var sound = AudioFile.Open(Files.MinBy(file => new FileInfo(file).Length)!))
        {
            Assert.Empty(sound.Notes);
        }

        Enrol(Keeping, "ann", Speech(4), Speech(8));
        Assert.Equal(4, Kept());
        // The recording that both have stays once.
        Assert.Equal(0, Run("merge", "ann", "anna", "--force").ExitCode);
        Assert.Equal(3, Kept());
        Assert.Equal(0, Run("rename", "anna", "anne").ExitCode);
        Assert.Equal(3, Kept());
        var first = Run("show", "anne", "--json").Json.GetProperty("utterances")[0].GetProperty("id").GetInt64();
        Assert.Equal(0, Run("remove", "anne", "--utterance", $"{first}").ExitCode);
        Assert.Equal(2, Kept());
        Assert.Equal(0, Run("migrate", "--model", Model.OtherPath).ExitCode);
        Assert.Equal(0, Run("remove", "anne").ExitCode);
        Assert.Equal(0, Kept());
    }

    [Fact]
    public void Enroll_WhatProcessesLeftThatDied_IsSweptAndNothingElse()
    {
        Directory.CreateDirectory(Recordings);
        string[] left = [$"{Guid.NewGuid():N}.wav", $"{SoundFileCopy.Prefix}{Guid.NewGuid():N}.wav"];
        string[] others = ["notes.wav", "readme.txt", $"{SoundFileCopy.Prefix}{Guid.NewGuid():N}.wav"];
        foreach (var name in left.Concat(others))
        {
            File.WriteAllText(Path.Combine(Recordings, name), "x");
            File.SetLastWriteTimeUtc(Path.Combine(Recordings, name), DateTime.UtcNow - TimeSpan.FromHours(1));
        }

        // Another process is still at it.
        using (File.Open(Path.Combine(Recordings, others[2]), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            Enrol(Keeping, "anna", Speech(0));
        }

        var names = Files.Select(file => Path.GetFileName(file)).ToArray();
        Assert.All(left, name => Assert.DoesNotContain(name, names));
        Assert.All(others, name => Assert.Contains(name, names));
        Assert.Equal(others.Length + 1, names.Length);
    }
}
