using System.Globalization;
using Speaker.Audio.Files;
using Speaker.CommandLine;
using Speaker.Enrolment.Sqlite;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Cli;

/// <summary>Recordings that are kept beside the store, and what they are kept for: another model.</summary>
[Collection(TestModelTests.Name)]
public sealed class MigrateTests : IDisposable
{
    private static readonly (string Name, string Value)[] Keeping = [("Speaker__Store__KeepRecordings", "true")];

    private readonly TemporaryFolder _folder = new();
    private readonly TestModel _model;
    private readonly SpeakerProcess _speaker;

    public MigrateTests(TestModel model)
    {
        _model = model;
        _speaker = new SpeakerProcess(_folder, model.Path);
    }

    public void Dispose() => _folder.Dispose();

    private string Folder => KeptRecordings.FolderOf(_speaker.Store);

    private string[] Kept => Directory.Exists(Folder) ? Directory.GetFiles(Folder) : [];

    [Fact]
    public void Migrate_EveryRecordingKept_GivesWhatAFreshEnrolmentGives()
    {
        Enrol(Keeping, "anna", Speech(0), Speech(4));
        Enrol(Keeping, "boris", Speech(8));
        Assert.Equal(3, Kept.Length);
        if (!OperatingSystem.IsWindows())
        {
            const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            Assert.Equal(owner | UnixFileMode.UserExecute, File.GetUnixFileMode(Folder));
            Assert.All(Kept, file => Assert.Equal(owner, File.GetUnixFileMode(file)));
        }

        var migrated = _speaker.Run("migrate", "--model", _model.OtherPath, "--json");
        Assert.True(migrated.ExitCode == 0, migrated.Error);
        Assert.True(migrated.Json.GetProperty("migrated").GetBoolean());
        Assert.Equal(3, migrated.Json.GetProperty("utterances").GetInt32());
        Assert.Equal(0, migrated.Json.GetProperty("leftOut").GetArrayLength());
        Assert.Equal(_model.OtherHash, migrated.Json.GetProperty("model").GetString());
        Assert.Equal(3, Kept.Length);

        var fresh = _folder.File("fresh.db");
        foreach (var (name, files) in ((string, string[])[])[("anna", [Speech(0), Speech(4)]), ("boris", [Speech(8)])])
        {
            Assert.Equal(
                0, _speaker.Run(["enroll", name, .. files, "--model", _model.OtherPath, "--store", fresh]).ExitCode);
            var (one, other) = (Utterances(_speaker.Store, name), Utterances(fresh, name));
            Assert.Equal(other.Length, one.Length);
            for (var i = 0; i < one.Length; i++)
            {
                Assert.Equal(other[i].Embedding, one[i].Embedding);
                Assert.Equal(other[i].SpeechSeconds, one[i].SpeechSeconds);
                Assert.Equal(other[i].Source, one[i].Source);
            }
        }

        Assert.Equal(3, _speaker.Run("verify", "anna", Speech(0)).ExitCode);
        var again = _speaker.Run("migrate", "--model", _model.OtherPath);
        Assert.Equal(0, again.ExitCode);
        Assert.Contains("of this model already", again.Output, StringComparison.Ordinal);
        // And back.
        Assert.Equal(0, _speaker.Run("migrate").ExitCode);
        Assert.Equal(0, _speaker.Run("verify", "anna", Speech(0)).ExitCode);
    }

    [Fact]
    public void Migrate_NothingKept_SaysWhyAndChangesNothing()
    {
        Assert.Equal(3, _speaker.Run("migrate", "--model", _model.OtherPath).ExitCode);
        Enrol([], "anna", Speech(0));
        Assert.False(Directory.Exists(Folder));
        var result = _speaker.Run("migrate", "--model", _model.OtherPath);
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("Speaker:Store:KeepRecordings", Assert.Single(result.Error.TrimEnd('\n').Split('\n')),
            StringComparison.Ordinal);
        Assert.Equal(0, _speaker.Run("verify", "anna", Speech(0)).ExitCode);
    }

    [Fact]
    public void Migrate_SomeNotKept_NamesThemAndLeavesThemOutWhereAsked()
    {
        Enrol([], "anna", Speech(0));
        Enrol(Keeping, "anna", Speech(4));
        Enrol(Keeping, "boris", Speech(8));
        Enrol([], "carla", Speech(12));
        File.Delete(Kept.MaxBy(file => File.GetLastWriteTimeUtc(file))!);
        var before = File.ReadAllBytes(_speaker.Store);
        var refused = _speaker.Run("migrate", "--model", _model.OtherPath, "--json");
        Assert.Equal(2, refused.ExitCode);
        Assert.False(refused.Json.GetProperty("migrated").GetBoolean());
        Assert.Equal(
            ["anna/speech-0.wav", "boris/speech-8.wav", "carla/speech-12.wav"],
            refused.Json.GetProperty("leftOut").EnumerateArray().Select(
                each => $"{each.GetProperty("speaker")}/{each.GetProperty("source")}"));
        Assert.Contains("speech-12.wav", refused.Error, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(_speaker.Store));

        var migrated = _speaker.Run("migrate", "--model", _model.OtherPath, "--leave-out");
        Assert.True(migrated.ExitCode == 0, migrated.Error);
        Assert.Contains("Replaced 1 voiceprint ", migrated.Output, StringComparison.Ordinal);
        Assert.Equal("speech-4.wav", Assert.Single(Utterances(_speaker.Store, "anna")).Source);
        Assert.Equal("anna", _speaker.Run("list", "--json").Json.GetProperty("speaker").GetString());
    }

    [Fact]
    public void Recordings_GoWithTheirUtterancesAndStayWithTheirSpeakers()
    {
        var silence = Sounds.WriteSilence(_folder.File("silence.wav"), 3);
        Assert.Equal(2, _speaker.Run(Keeping, "enroll", "anna", Speech(0), silence, Speech(4)).ExitCode);
        Assert.Equal(2, Kept.Length);
        Enrol(Keeping, "anna", Speech(0));
        Assert.Equal(2, Kept.Length);
        using (var sound = AudioFile.Open(Kept.MinBy(file => new FileInfo(file).Length)!))
        {
            Assert.Empty(sound.Notes);
        }

        Enrol(Keeping, "ann", Speech(4), Speech(8));
        Assert.Equal(4, Kept.Length);
        // The recording that both have stays once.
        Assert.Equal(0, _speaker.Run("merge", "ann", "anna", "--force").ExitCode);
        Assert.Equal(3, Kept.Length);
        Assert.Equal(0, _speaker.Run("rename", "anna", "anne").ExitCode);
        Assert.Equal(3, Kept.Length);
        var first = _speaker.Run("show", "anne", "--json").Json.GetProperty("utterances")[0].GetProperty("id").GetInt64();
        Assert.Equal(0, _speaker.Run("remove", "anne", "--utterance", $"{first}").ExitCode);
        Assert.Equal(2, Kept.Length);
        Assert.Equal(0, _speaker.Run("migrate", "--model", _model.OtherPath).ExitCode);
        Assert.Equal(0, _speaker.Run("remove", "anne").ExitCode);
        Assert.Empty(Kept);
    }

    /// <summary>The utterance that stays had no recording, the one that goes has.</summary>
    [Fact]
    public void Merge_RecordingOfTheUtteranceThatGoes_IsPassedOn()
    {
        Enrol([], "anna", Speech(0));
        Enrol(Keeping, "ann", Speech(0));
        Assert.Equal(0, _speaker.Run("merge", "ann", "anna", "--force").ExitCode);
        Assert.Single(Kept);
        Assert.Equal(0, _speaker.Run("migrate", "--model", _model.OtherPath).ExitCode);
    }

    [Fact]
    public void Enroll_WhatProcessesLeftThatDied_IsSweptAndNothingElse()
    {
        Directory.CreateDirectory(Folder);
        string[] left = [$"{Guid.NewGuid():N}.wav", $"{SoundCopy.Prefix}{Guid.NewGuid():N}.wav"];
        string[] others = ["notes.wav", "readme.txt", $"{SoundCopy.Prefix}{Guid.NewGuid():N}.wav"];
        foreach (var name in left.Concat(others))
        {
            File.WriteAllText(Path.Combine(Folder, name), "x");
            File.SetLastWriteTimeUtc(Path.Combine(Folder, name), DateTime.UtcNow - TimeSpan.FromHours(1));
        }

        // Another process is still at it.
        using (File.Open(Path.Combine(Folder, others[2]), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            Enrol(Keeping, "anna", Speech(0));
        }

        var names = Kept.Select(file => Path.GetFileName(file)).ToArray();
        Assert.All(left, name => Assert.DoesNotContain(name, names));
        Assert.All(others, name => Assert.Contains(name, names));
        Assert.Equal(others.Length + 1, names.Length);
    }

    [Fact]
    public void Migrate_KilledInsideTheTransaction_LosesNothing()
    {
        Enrol(Keeping, "anna", Speech(0), Speech(4));
        var before = Utterances(_speaker.Store, "anna", _model.Hash);
        using (var helper = HelperProcess.Start("migrate", _speaker.Store, _model.OtherHash, 1))
        {
            Assert.Equal(HelperProcess.Holding, helper.StandardOutput.ReadLine());
            helper.Kill();
            helper.WaitForExit();
        }

        var after = Utterances(_speaker.Store, "anna", _model.Hash);
        Assert.Equal(before.Select(utterance => utterance.Embedding), after.Select(utterance => utterance.Embedding));
        Assert.Equal(2, Kept.Length);
        Assert.Equal(0, _speaker.Run("migrate", "--model", _model.OtherPath).ExitCode);
    }

    [Fact]
    public void EnrollAndMigrate_KilledAtAnyMoment_LeaveAWholeStore()
    {
        Enrol(Keeping, "anna", Speech(0), Speech(4));
        for (var round = 0; round < 8; round++)
        {
            using (var process = round % 2 == 0
                ? _speaker.Start([], "migrate", "--model", _model.OtherPath)
                : _speaker.Start(Keeping, "enroll", $"guest{round}", Speech(8)))
            {
                if (!process.WaitForExit(TimeSpan.FromMilliseconds(60 * (round + 1))))
                {
                    process.Kill();
                    process.WaitForExit();
                }
            }

            using var store = Open(_speaker.Store);
            Assert.Equal("ok", store.IntegrityCheck());
            var hash = store.List().Select(speaker => speaker.ModelHash).Distinct().Single();
            Assert.Equal(2, store.Utterances("anna", hash).Count);
            var kept = store.InTransaction(writes: false, transaction => KeptRecordings.Read(store, transaction));
            Assert.All(kept.Values, file => Assert.True(File.Exists(file), file));
        }

        Assert.Equal(0, _speaker.Run("migrate", "--model", _model.OtherPath).ExitCode);
        Assert.Equal(0, _speaker.Run("migrate", "--model", _model.Path).ExitCode);
        Assert.Equal(0, _speaker.Run("verify", "anna", Speech(0)).ExitCode);
    }

    private void Enrol((string Name, string Value)[] environment, string name, params string[] files)
    {
        var result = _speaker.Run(environment, ["enroll", name, .. files]);
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
    }

    private StoredUtterance[] Utterances(string path, string name, string? hash = null)
    {
        using var store = Open(path);
        return [.. store.Utterances(name, hash ?? _model.OtherHash)];
    }

    private static VoiceprintDatabase Open(string path) =>
        VoiceprintDatabase.Open(path, TimeSpan.FromSeconds(10), TimeProvider.System);

    private string Speech(int first)
    {
        var path = _folder.File(string.Create(CultureInfo.InvariantCulture, $"speech-{first}.wav"));
        return File.Exists(path) ? path : Sounds.WriteSpeech(path, "de", first);
    }
}
