using Speaker.Audio.Utterances;
using Speaker.CommandLine;
using Speaker.Enrolment;
using Speaker.Enrolment.Sqlite;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Store;

/// <summary>What is SQLite's own in the store that it keeps; the contract is in <see cref="StoreConformance"/>.</summary>
public sealed class VoiceprintDatabaseTests : IDisposable
{
    private const string Model = HelperProcess.Model;
    private readonly TemporaryFolder _folder = new();

    private string StorePath => _folder.File("data", "voiceprints.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Dispose_WithoutCommit_LeavesNothing()
    {
        using (var store = Open())
        {
            using var transaction = store.BeginEnrolment("anna", Model);
            transaction.Add(HelperProcess.Utterance("anna", 0), "consent");
        }

        using var reopened = Open();
        Assert.Empty(reopened.List());
    }

    [Fact]
    public void Open_NamesOfAnEarlierVersion_AreFoundListedMergedAndRemovedInEitherForm()
    {
        const string Composed = "Jos\u00E9";
        const string Decomposed = "Jose\u0301";
        Enrol("x", HelperProcess.Utterance("x", 0), HelperProcess.Utterance("x", 1));
        Enrol("y", HelperProcess.Utterance("y", 0));
        Rename("x", Decomposed);
        using (var store = Open())
        {
            Assert.Equal(2, store.Utterances(Composed, Model).Count);
            Assert.Equal(2, store.Utterances(Decomposed, Model).Count);
            Assert.Equal([Composed, "y"], store.AllUtterances(Model).Keys.Order(StringComparer.Ordinal));
            Assert.Equal([Composed, "y"], store.List().Select(speaker => speaker.Name));
        }

        // Earlier versions took the two for two speakers.
        Rename("y", Composed);
        Enrol(Decomposed, HelperProcess.Utterance("z", 0));
        using (var store = Open())
        {
            var speaker = Assert.Single(store.List());
            Assert.Equal((Composed, 4), (speaker.Name, speaker.Utterances));
            Assert.Equal(4, Assert.Single(store.AllUtterances(Model)).Value.Count);
            Assert.True(StoreEditor.Remove(store, Decomposed));
            Assert.Empty(store.List());
            Assert.False(StoreEditor.Remove(store, Composed));
        }
    }

    [Fact]
    public void Add_QualityAndNote_AreKeptAndGoWithTheUtterance()
    {
        var quality = new Speaker.Audio.AudioQuality(0.5, 0.01, -20, null, 7875);
        Enrol("anna", HelperProcess.Utterance("anna", 0));
        Enrol("anna", HelperProcess.Utterance("anna", 1) with { Quality = quality, Note = "why" });
        using var reopened = Open();
        var utterances = StoreEditor.Read(reopened, "anna", Model)!.Utterances;
        Assert.Null(utterances[0].Utterance.Quality);
        Assert.Equal((quality, "why"), (utterances[1].Utterance.Quality, utterances[1].Utterance.Note));
        // Decisions are made with the quality.
        Enrol("bert", HelperProcess.Utterance("bert", 1) with { Quality = quality with { Bandwidth = 4000 } });
        Assert.Equal([null, quality], reopened.Utterances("anna", Model).Select(utterance => utterance.Quality));
        var everybody = reopened.AllUtterances(Model);
        Assert.Equal([null, quality], everybody["anna"].Select(utterance => utterance.Quality));
        Assert.Equal(4000, Assert.Single(everybody["bert"]).Quality!.Bandwidth);
        // Where the utterance goes, so does the note.
        Assert.Equal(1, StoreEditor.RemoveUtterance(reopened, "anna", utterances[1].Id));
        Assert.Equal(-1, File.ReadAllBytes(StorePath).AsSpan().IndexOf("why"u8));
    }

    [Theory]
    [InlineData(":memory:")]
    [InlineData("|DataDirectory|store.db")]
    [InlineData("file:x?mode=memory")]
    [InlineData("a;Mode=Memory;b='c\".db")]
    public void Open_NameThatSqliteTakesForSomethingElse_IsAFile(string name)
    {
        var path = _folder.File(name);
        using (var store = VoiceprintDatabase.Open(path, TimeSpan.FromSeconds(1), TimeProvider.System))
        {
            using var transaction = store.BeginEnrolment("anna", Model);
            transaction.Add(HelperProcess.Utterance("anna", 0), null);
            transaction.Commit();
        }

        Assert.True(new FileInfo(path).Length > 0);
        using var again = VoiceprintDatabase.OpenExisting(path, TimeSpan.FromSeconds(1), TimeProvider.System)!;
        Assert.Equal("anna", Assert.Single(again.List()).Name);
    }

    private void Rename(string speaker, string name)
    {
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={StorePath};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "UPDATE speaker SET name = $new WHERE name = $old";
        command.Parameters.AddWithValue("$old", speaker);
        command.Parameters.AddWithValue("$new", name);
        Assert.Equal(1, command.ExecuteNonQuery());
    }

    [Fact]
    public void Remove_OneOfMany_LeavesNoByteOfNameOrVectorInTheFile()
    {
        // Speakers of several pages, enrolled in turns, so that SQLite splits and rebalances pages between them.
        string[] names = [.. Enumerable.Range(0, 40).Select(i => $"speaker-number-{i:00}")];
        for (var round = 0; round < 6; round++)
        {
            foreach (var name in names)
            {
                Enrol(name, HelperProcess.Utterance(name, round));
            }
        }

        using (var store = Open())
        {
            Assert.True(Contains(names[7]));
            Assert.True(StoreEditor.Remove(store, names[7]));
            Assert.False(StoreEditor.Remove(store, names[7]));
        }

        Assert.False(Contains(names[7]));
        Assert.True(Contains(names[8]));
        Assert.Equal([StorePath], Directory.GetFiles(Path.GetDirectoryName(StorePath)!));
        using var reopened = Open();
        Assert.Equal(names.Length - 1, reopened.List().Count);
        Assert.Equal("ok", reopened.IntegrityCheck());
        return;

        bool Contains(string name)
        {
            var file = File.ReadAllBytes(StorePath);
            var needles = Enumerable.Range(0, 6)
                .SelectMany(round => Vectors.Bytes(HelperProcess.Utterance(name, round).Embedding).Chunk(16))
                .Append(System.Text.Encoding.UTF8.GetBytes(name));
            return needles.Any(needle => file.AsSpan().IndexOf(needle) >= 0);
        }
    }

    [Fact]
    public void Open_ProcessKilledInMiddleOfTransaction_RollsBack()
    {
        Enrol("anna", HelperProcess.Utterance("anna", 0));
        // Enough rows that SQLite has spilled half a transaction into the file when the process dies.
        using (var process = HelperProcess.Start("hold", StorePath, "boris", 8000))
        {
            Assert.Equal(HelperProcess.Holding, process.StandardOutput.ReadLine());
            Assert.True(new FileInfo(StorePath).Length > 1 << 20);
            process.Kill();
            process.WaitForExit();
        }

        Assert.True(File.Exists(StorePath + "-journal"));
        using var store = Open();
        Assert.Equal("anna", Assert.Single(store.List()).Name);
        Assert.Equal("ok", store.IntegrityCheck());
        Assert.Equal(HelperProcess.Utterance("anna", 0).Embedding,
            Assert.Single(store.Utterances("anna", Model)).Embedding);
    }

    [Fact]
    public void Commit_NoSpaceLeft_WritesNothingAndSaysSo()
    {
        Enrol("anna", HelperProcess.Utterance("anna", 0));
        using (var store = Open())
        {
            using (var limit = store.Command(null, "PRAGMA max_page_count = 12"))
            {
                limit.ExecuteNonQuery();
            }

            using var transaction = store.BeginEnrolment("boris", Model);
            var exception = Assert.Throws<StoreException>(() =>
            {
                for (var i = 0; i < 100; i++)
                {
                    transaction.Add(HelperProcess.Utterance("boris", i), null);
                }

                transaction.Commit();
            });
            Assert.Contains("no space left", exception.Message, StringComparison.Ordinal);
        }

        using var reopened = Open();
        Assert.Equal("anna", Assert.Single(reopened.List()).Name);
        Assert.Equal("ok", reopened.IntegrityCheck());
    }

    [Fact]
    public void Open_NoFile_CreatesItForItsOwnerOnly()
    {
        Open().Dispose();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(StorePath));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(Path.GetDirectoryName(StorePath)!));
    }

    [Fact]
    public void OpenExisting_NoFile_CreatesNone()
    {
        Assert.Null(VoiceprintDatabase.OpenExisting(StorePath, TimeSpan.FromSeconds(1), TimeProvider.System));
        Assert.False(File.Exists(StorePath));
    }

    [Fact]
    public void Open_TextFile_IsRefusedAndLeftAsItIs()
    {
        var path = _folder.File("notes.txt");
        File.WriteAllText(path, string.Concat(Enumerable.Repeat("not a store\n", 200)));
        var before = File.ReadAllBytes(path);
        var exception = Assert.Throws<StoreException>(() => Open(path));
        Assert.Contains("not a Speaker store", exception.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(path));
    }

    private VoiceprintDatabase Open(string? path = null) =>
        VoiceprintDatabase.Open(path ?? StorePath, TimeSpan.FromSeconds(30), TimeProvider.System);

    private void Enrol(string speaker, params StoredUtterance[] utterances) =>
        Enrol(speaker, null, TimeProvider.System, utterances);

    private void Enrol(string speaker, string? consent, TimeProvider time, params StoredUtterance[] utterances)
    {
        using var store = VoiceprintDatabase.Open(StorePath, TimeSpan.FromSeconds(30), time);
        using var transaction = store.BeginEnrolment(speaker, Model);
        foreach (var utterance in utterances)
        {
            transaction.Add(utterance, consent);
        }

        transaction.Commit();
    }
}
