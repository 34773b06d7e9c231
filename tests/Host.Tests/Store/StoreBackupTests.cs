using System.Globalization;
using Speaker.Enrolment.Sqlite;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Store;

/// <summary>Backup and restore of an SQLite store that others use meanwhile.</summary>
public sealed class StoreBackupTests : IDisposable
{
    private const string Model = HelperProcess.Model;

    private readonly TemporaryFolder _folder = new();

    private string StorePath => _folder.File("voiceprints.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Write_WhileOthersEnrol_HoldsAllThatWasAcknowledgedBefore()
    {
        using var stop = new CancellationTokenSource();
        Enrolling[] writers = [new(this, "anna", stop.Token), new(this, "boris", stop.Token)];
        for (var number = 0; number < 6; number++)
        {
            var path = _folder.File($"backup-{number}.db");
            var before = writers.Select(writer => writer.Acknowledged).ToArray();
            using (var store = Open(StorePath))
            {
                StoreBackup.Write(store, path);
            }

            var begun = writers.Select(writer => writer.Begun).ToArray();
            for (var i = 0; i < writers.Length; i++)
            {
                var held = Numbers(path, writers[i].Speaker);
                Assert.Equal(Enumerable.Range(0, held.Length), held);
                Assert.InRange(held.Length, before[i], begun[i]);
            }

            await writers[number % 2].ReachAsync(writers[number % 2].Acknowledged + 1);
        }

        await stop.CancelAsync();
        foreach (var writer in writers)
        {
            await writer.Ended;
            Assert.Equal(Enumerable.Range(0, writer.Acknowledged), Numbers(StorePath, writer.Speaker));
        }
    }

    [Fact]
    public async Task Restore_WhileAnotherEnrols_ReplacesWhatWasAndKeepsWhatComesAfter()
    {
        Enrol("carla", 0);
        var backup = _folder.File("backup.db");
        using (var store = Open(StorePath))
        {
            StoreBackup.Write(store, backup);
        }

        Enrol("dora", 0);
        using var stop = new CancellationTokenSource();
        var writer = new Enrolling(this, "anna", stop.Token);
        for (var round = 0; round < 3; round++)
        {
            await writer.ReachAsync(writer.Acknowledged + 3);
            var before = writer.Acknowledged;
            using (var store = Open(StorePath))
            {
                StoreBackup.Restore(store, backup, Model);
            }

            var begun = writer.Begun;
            await writer.ReachAsync(begun + 3);
            var held = Numbers(StorePath, "anna");
            // Those before are gone. Those that were under way may have been before or after.
            Assert.InRange(held[0], before, begun);
            Assert.Equal(Enumerable.Range(held[0], held.Length), held);
        }

        await stop.CancelAsync();
        await writer.Ended;
        var last = Numbers(StorePath, "anna");
        Assert.Equal(Enumerable.Range(last[0], writer.Acknowledged - last[0]), last);
        using var reopened = Open(StorePath);
        Assert.Equal(["anna", "carla"], reopened.List().Select(speaker => speaker.Name));
    }

    [Fact]
    public void Write_Store_HoldsEverythingForItsOwnerOnlyAndNoTraceOfTheRemoved()
    {
        Enrol("anna", 0);
        Enrol("speaker-who-left", 1);
        var backup = _folder.File("backup.db");
        using (var store = Open(StorePath))
        {
            StoreEditor.Remove(store, "speaker-who-left");
            StoreBackup.Write(store, backup);
            Assert.Throws<IOException>(() => StoreBackup.Write(store, backup));
        }

        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(backup));
        }

        Assert.Equal(-1, File.ReadAllBytes(backup).AsSpan().IndexOf("speaker-who-left"u8));
        Assert.Equal(["backup.db", "voiceprints.db"],
            Directory.GetFiles(_folder.Root).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        using var copy = Open(backup);
        Assert.Equal(
            HelperProcess.Utterance("anna", 0).Embedding, Assert.Single(copy.Utterances("anna", Model)).Embedding);
    }

    [Fact]
    public void Restore_WhatIsNoUsableBackup_IsRefusedAndNothingIsReplaced()
    {
        Enrol("anna", 0);
        var good = _folder.File("good.db");
        using var store = Open(StorePath);
        StoreBackup.Write(store, good);
        var text = _folder.File("text.db");
        File.WriteAllText(text, string.Concat(Enumerable.Repeat("no database ", 1000)));
        var empty = _folder.File("empty.db");
        File.WriteAllBytes(empty, []);
        var damaged = _folder.File("damaged.db");
        var bytes = File.ReadAllBytes(good);
        bytes.AsSpan(4096).Fill(0xEE);
        File.WriteAllBytes(damaged, bytes);

        Assert.Equal(StoreProblem.NotAStore, Refused(text, Model));
        Assert.Equal(StoreProblem.NotAStore, Refused(empty, Model));
        Assert.Equal(StoreProblem.Damaged, Refused(damaged, Model));
        Assert.Equal(StoreProblem.OtherModel, Refused(good, "model-b"));
        Assert.Equal(StoreProblem.NotPermitted, Refused(_folder.File("none.db"), Model));
        Assert.Equal("anna", Assert.Single(store.List()).Name);
        Assert.Empty(File.ReadAllBytes(empty));
        Assert.False(File.Exists(_folder.File("none.db")));

        StoreProblem Refused(string path, string model) =>
            Assert.Throws<StoreException>(() => StoreBackup.Restore(store, path, model)).Problem;
    }

    private static VoiceprintDatabase Open(string path) =>
        VoiceprintDatabase.Open(path, TimeSpan.FromSeconds(60), TimeProvider.System);

    /// <summary>The numbers of a speaker's utterances, as they are enrolled.</summary>
    private static int[] Numbers(string path, string speaker)
    {
        using var store = Open(path);
        Assert.Equal("ok", store.IntegrityCheck());
        return
        [
            .. store.Utterances(speaker, Model)
                .Select(each => int.Parse(each.Source.Split('-', '.')[1], CultureInfo.InvariantCulture)),
        ];
    }

    private void Enrol(string speaker, int number)
    {
        using var store = Open(StorePath);
        using var transaction = store.BeginEnrolment(speaker, Model);
        transaction.Add(HelperProcess.Utterance(speaker, number), "door");
        transaction.Commit();
    }

    /// <summary>Somebody who enrols one utterance after the other, 0, 1, 2 and so on.</summary>
    private sealed class Enrolling
    {
        private volatile int _begun;
        private volatile int _acknowledged;

        public Enrolling(StoreBackupTests test, string speaker, CancellationToken stop)
        {
            Speaker = speaker;
            Ended = Task.Run(
                () =>
                {
                    while (!stop.IsCancellationRequested)
                    {
                        test.Enrol(speaker, _begun++);
                        _acknowledged++;
                        Thread.Sleep(5);
                    }
                },
                CancellationToken.None);
        }

        public string Speaker { get; }

        public Task Ended { get; }

        public int Begun => _begun;

        public int Acknowledged => _acknowledged;

        public async Task ReachAsync(int acknowledged)
        {
            while (Acknowledged < acknowledged && !Ended.IsCompleted)
            {
                await Task.Delay(1);
            }
        }
    }
}
