using Microsoft.Data.Sqlite;
using Speaker.Enrolment;
using Speaker.Enrolment.Audit;
using Speaker.Enrolment.Sqlite;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Store;

/// <summary>An SQLite store of version 1, brought up to this version's, and what a removal leaves behind when it is
/// killed.</summary>
public sealed class SqliteUpgradeTests : IDisposable
{
    private const string Model = HelperProcess.Model;

    private readonly TemporaryFolder _folder = new();

    private string StorePath => _folder.File("data", "voiceprints.db");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Open_StoreOfVersionOne_KeepsEverythingInIt(bool hasTablesBeside)
    {
        MakeVersionOne(speakers: 3, hasTablesBeside);
        var before = File.ReadAllBytes(StorePath);
        Assert.Equal(3, Contents(StorePath));
        Assert.Equal(before, File.ReadAllBytes(StorePath));

        var store = HelperProcess.OpenStore(StorePath);
        Assert.Equal(["speaker-0", "speaker-1", "speaker-2"],
            (await store.ListAsync(default)).Select(speaker => speaker.Name));
        var kept = (await store.ReadAsync("speaker-1", Model, default))!;
        Assert.Equal("door", kept.Consent);
        Assert.Equal(
            HelperProcess.Utterance("speaker-1", 0).Embedding, Assert.Single(kept.Utterances).Utterance.Embedding);
        Assert.Equal(hasTablesBeside ? "why" : null, kept.Utterances[0].Utterance.Note);
        await store.AddAsync(
            "speaker-1", Model, null,
            existing =>
            {
                Assert.Equal(hasTablesBeside ? [1, 2, 3] : null, Assert.Single(existing).Fingerprint);
                return [HelperProcess.Utterance("speaker-1", 1)];
            },
            default);
        Assert.True(await store.RemoveAsync("speaker-0", default));
        var log = await store.ReadAuditAsync(0, 9, default);
        Assert.Equal([AuditAction.Enrol, AuditAction.Remove], log.Select(entry => entry.Action));
        Assert.NotNull(log[1].Subject);
    }

    [Fact]
    public void Open_KilledInTheMiddleOfTheStep_IsOfOneVersionOrTheOther()
    {
        const int Speakers = 20_000;
        var versions = new List<long>();
        for (var round = 0; round < 5; round++)
        {
            RemoveFolder();
            MakeVersionOne(Speakers, hasTablesBeside: true);
            using (var process = HelperProcess.Start("list", StorePath, "", 0))
            {
                Assert.Equal(HelperProcess.Holding, process.StandardOutput.ReadLine());
                if (!process.WaitForExit(TimeSpan.FromMilliseconds(25 * round)))
                {
                    process.Kill();
                    process.WaitForExit();
                }
            }

            using (var connection = Connect())
            {
                using var command = connection.CreateCommand();
                command.CommandText = "PRAGMA user_version";
                versions.Add((long)command.ExecuteScalar()!);
                command.CommandText = "SELECT count(*) FROM pragma_table_info('speaker') WHERE name = 'subject'";
                Assert.Equal(versions[^1] - 1, command.ExecuteScalar());
            }

            using var store = VoiceprintDatabase.Open(StorePath, TimeSpan.FromSeconds(30), TimeProvider.System);
            Assert.Equal("ok", store.IntegrityCheck());
            Assert.Equal(Speakers, store.List().Count);
        }

        Assert.Subset(new HashSet<long> { 1, 2 }, versions.ToHashSet());
    }

    [Fact]
    public async Task Restore_BackupOfVersionOne_IsBroughtUpToDateAndTheLogGoesOn()
    {
        MakeVersionOne(speakers: 2, hasTablesBeside: true);
        var backup = _folder.File("backup.db");
        File.Move(StorePath, backup);
        var store = (SqliteVoiceprintStore)HelperProcess.OpenStore(StorePath);
        await store.AddAsync("anna", Model, null, _ => [HelperProcess.Utterance("anna", 0)], default);
        await store.AddAsync(
            database =>
            {
                StoreBackup.Restore(database, backup, Model);
                return true;
            },
            default);
        Assert.Equal(["speaker-0", "speaker-1"], (await store.ListAsync(default)).Select(speaker => speaker.Name));
        Assert.Equal("why", (await store.ReadAsync("speaker-0", Model, default))!.Utterances[0].Utterance.Note);
        Assert.Equal(
            [AuditAction.Enrol, AuditAction.Restore],
            (await store.ReadAuditAsync(0, 9, default)).Select(entry => entry.Action));
        Assert.True(await store.RemoveAsync("speaker-0", default));
    }

    /// <summary>A removal that is killed, and then done again, leaves no byte in any file of the folder, whether it had come
    /// to its commit or not.</summary>
    [Fact]
    public async Task Remove_KilledAndDoneAgain_LeavesNoByteOfNameOrVector()
    {
        const string Name = "speaker-who-leaves";
        var (killed, wasThere) = (0, 0);
        for (var round = 0; round < 12; round++)
        {
            RemoveFolder();
            var store = HelperProcess.OpenStore(StorePath);
            // In turns, so that pages are split and moved.
            for (var i = 0; i < 8; i++)
            {
                foreach (var name in (string[])["anna", Name, "boris"])
                {
                    await store.AddAsync(
                        name, Model, null,
                        _ => [.. Enumerable.Range(10 * i, 10).Select(number => HelperProcess.Utterance(name, number))],
                        default);
                }
            }

            using (var process = HelperProcess.Start("remove", StorePath, Name, 0))
            {
                Assert.Equal(HelperProcess.Holding, await process.StandardOutput.ReadLineAsync());
                if (!process.WaitForExit(TimeSpan.FromMilliseconds(8 * round)))
                {
                    process.Kill();
                    killed++;
                }

                await process.WaitForExitAsync();
            }

            // Done again, as who was killed does. It may be gone already: any other change cleans up as well.
            wasThere += await store.RemoveAsync(Name, default) ? 1 : 0;
            Assert.All(
                Directory.GetFiles(Path.GetDirectoryName(StorePath)!),
                file => Assert.False(HasTrace(File.ReadAllBytes(file)), $"{file} in round {round}"));
            Assert.Equal(["anna", "boris"], (await store.ListAsync(default)).Select(speaker => speaker.Name));
        }

        Assert.InRange(killed, 1, 12);
        Assert.InRange(wasThere, 0, killed);

        static bool HasTrace(byte[] file) => file.AsSpan().IndexOf("speaker-who-leaves"u8) >= 0
            || Enumerable.Range(0, 80).Any(number => file.AsSpan().IndexOf(
                Vectors.Bytes(HelperProcess.Utterance("speaker-who-leaves", number).Embedding).AsSpan(64, 16)) >= 0);
    }

    [Fact]
    public async Task Remove_WithABackupFolder_LeavesNoByteInTheBackups()
    {
        var folder = _folder.Folder("backups");
        var store = new SqliteVoiceprintStore(
            new StoreOptions { Path = StorePath, BackupFolder = folder }, TimeProvider.System);
        File.WriteAllText(Path.Combine(folder, "notes.txt"), "no store");
        foreach (var name in (string[])["anna", "former-name"])
        {
            await store.AddAsync(
                name, Model, null, _ => [.. Enumerable.Range(0, 20).Select(i => HelperProcess.Utterance(name, i))], default);
        }

        await BackUpAsync("one.db");
        Assert.True(await store.RenameAsync("former-name", "later-name", default));
        await BackUpAsync("two.db");
        Assert.True(await store.RemoveAsync("later-name", default));
        foreach (var file in Directory.GetFiles(folder, "*.db").Append(StorePath))
        {
            var bytes = File.ReadAllBytes(file);
            Assert.Equal(-1, bytes.AsSpan().IndexOf("former-name"u8));
            Assert.Equal(-1, bytes.AsSpan().IndexOf("later-name"u8));
            Assert.Equal(-1, bytes.AsSpan().IndexOf(
                Vectors.Bytes(HelperProcess.Utterance("former-name", 3).Embedding).AsSpan(64, 16)));
            Assert.Equal(1, Contents(file));
        }

        Assert.Equal(3, Directory.GetFiles(folder).Length);

        Task<bool> BackUpAsync(string name) => store.ReadAsync(
            database =>
            {
                StoreBackup.Write(database, Path.Combine(folder, name));
                return true;
            },
            false, default);
    }

    private void RemoveFolder()
    {
        if (Directory.Exists(_folder.File("data")))
        {
            Directory.Delete(_folder.File("data"), recursive: true);
        }
    }

    private static int Contents(string path)
    {
        using var backup = VoiceprintDatabase.OpenBackup(path);
        return backup.List().Count;
    }

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={StorePath};Pooling=False");
        connection.Open();
        return connection;
    }

    /// <summary>As version 1 of the program left it.</summary>
    private void MakeVersionOne(int speakers, bool hasTablesBeside)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(StorePath)!);
        using var connection = Connect();
        StoreSchema.Ensure(connection, StorePath, upTo: 1);
        using var transaction = connection.BeginTransaction();
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        if (hasTablesBeside)
        {
            command.CommandText = """
                CREATE TABLE fingerprint (utterance_id INTEGER PRIMARY KEY REFERENCES utterance(id) ON DELETE CASCADE,
                    outline BLOB NOT NULL) STRICT;
                CREATE TABLE detail (utterance_id INTEGER PRIMARY KEY REFERENCES utterance(id) ON DELETE CASCADE,
                    peak REAL, clipped_fraction REAL, speech_level REAL, signal_to_noise REAL, bandwidth REAL, note TEXT) STRICT;
                """;
            command.ExecuteNonQuery();
        }

        command.CommandText = """
            INSERT INTO speaker VALUES ($id, $name, '2026-03-01T12:00:00.0000000+00:00', 'door',
                '2026-03-01T12:00:00.0000000+00:00');
            INSERT INTO utterance VALUES ($id, $id, $model, $embedding, 2.5, 'a.wav', '2026-03-01T12:00:00.0000000+00:00');
            """ + (hasTablesBeside
                ? "INSERT INTO fingerprint VALUES ($id, x'010203'); INSERT INTO detail (utterance_id, note) VALUES ($id, 'why')"
                : "");
        var id = command.Parameters.AddWithValue("$id", 0);
        var name = command.Parameters.AddWithValue("$name", "");
        var embedding = command.Parameters.AddWithValue("$embedding", Array.Empty<byte>());
        command.Parameters.AddWithValue("$model", Model);
        for (var i = 0; i < speakers; i++)
        {
            (id.Value, name.Value) = (i + 1, $"speaker-{i}");
            embedding.Value = i < 10
                ? Vectors.Bytes(HelperProcess.Utterance($"speaker-{i}", 0).Embedding)
                : new byte[64];
            command.ExecuteNonQuery();
        }

        transaction.Commit();
    }
}
