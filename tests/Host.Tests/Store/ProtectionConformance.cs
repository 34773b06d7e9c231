using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Speaker.Enrolment;
using Speaker.Enrolment.Protection;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Store;

/// <summary>Sealed voiceprints, whatever keeps them: what lies in the store, where it opens, and how keys change.</summary>
public abstract class ProtectionConformance : IDisposable
{
    private const string Model = HelperProcess.Model;

    private static readonly byte[] Outline = [.. Enumerable.Range(0, 64).Select(i => (byte)(i * 7))];

    private readonly List<IDisposable> _open = [];

    /// <summary>Where the store is: a file or an address.</summary>
    protected abstract string Place { get; }

    internal TemporaryFolder Folder { get; } = new();

    /// <summary>A file of one key.</summary>
    private string Key => KeyFile("first.keys");

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>The oracle is AES-GCM itself, with the associated data put together by hand as the documentation has
    /// it.</summary>
    [StoreFact]
    public async Task Add_WithAKey_KeepsWhatOnlyTheKeyOpens()
    {
        var utterance = HelperProcess.Utterance("anna", 0) with { Fingerprint = Outline };
        var store = Open(Key);
        await store.AddAsync("anna", Model, "door", _ => [utterance], default);
        Assert.Equal(
            utterance.Embedding, Assert.Single(await store.GetUtterancesAsync("anna", Model, default)).Embedding);
        await store.AddAsync(
            "anna", Model, null,
            existing =>
            {
                Assert.Equal(Outline, Assert.Single(existing).Fingerprint);
                return [];
            },
            default);

        Assert.Equal(store.Vault.CurrentKey(), Scalar("SELECT key_id FROM {utterance}"));
        var (embedding, outline) = Kept();
        using var cipher = new AesGcm(
            Convert.FromBase64String(File.ReadAllLines(Key)[0]), tagSizeInBytes: 16);
        Assert.Equal(Vectors.Bytes(utterance.Embedding), Opened(embedding, 1));
        Assert.Equal(Outline, Opened(outline, 2));
        Assert.NotEqual(embedding[..12], outline[..12]);
        Assert.ThrowsAny<CryptographicException>(() => Opened(outline, 1));

        byte[] Opened(byte[] kept, byte column)
        {
            var text = new byte[kept.Length - 28];
            byte[] associated = [1, column, .. Text(""), .. Text("anna"), .. Text(Model)];
            cipher.Decrypt(kept.AsSpan(0, 12), kept.AsSpan(28), kept.AsSpan(12, 16), text, associated);
            return text;
        }

        static byte[] Text(string text)
        {
            var length = new byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(length, Encoding.UTF8.GetByteCount(text));
            return [.. length, .. Encoding.UTF8.GetBytes(text)];
        }
    }

    [StoreFact]
    public async Task Replace_ByAnotherModel_IsSealedForThat()
    {
        const string NewModel = "model-b";
        var store = Open(Key);
        await store.AddAsync(
            "anna", Model, "door", _ => [HelperProcess.Utterance("anna", 0) with { Fingerprint = Outline }], default);
        var outdated = await store.ReadOutdatedAsync(NewModel, default);
        var renewed = new RenewedUtterance(outdated[0].Id, Vectors.Random(7, 16), 1.5);
        await store.ReplaceOutdatedAsync(outdated, [renewed], NewModel, default);

        Assert.Equal(store.Vault.CurrentKey(), Scalar("SELECT key_id FROM {utterance}"));
        Assert.NotEqual(Vectors.Bytes(renewed.Embedding).Length, Kept().Embedding.Length);
        await store.AddAsync(
            "anna", NewModel, null,
            existing =>
            {
                Assert.Equal(renewed.Embedding, Assert.Single(existing).Embedding);
                Assert.Equal(Outline, existing[0].Fingerprint);
                return [];
            },
            default);
    }

    [StoreFact]
    public async Task Read_WithoutTheKeyOrWithAnother_SaysWhichIsMissing()
    {
        var store = Open(Key);
        await store.AddAsync("anna", Model, null, _ => [HelperProcess.Utterance("anna", 0)], default);
        var id = store.Vault.CurrentKey()!;
        foreach (var other in (IEditableStore[])[Open(null), Open(KeyFile("other.keys"))])
        {
            foreach (var read in Readings(other))
            {
                var exception = await Assert.ThrowsAsync<StoreException>(read);
                Assert.Equal(StoreProblem.KeyMissing, exception.Problem);
                Assert.Contains(id, exception.Message, StringComparison.Ordinal);
                Assert.Contains("Speaker:Protection:KeyFile", exception.Message, StringComparison.Ordinal);
                Assert.DoesNotContain(File.ReadAllLines(Key)[0], exception.ToString(), StringComparison.Ordinal);
            }

            // Nobody needs a key to see which ones are needed, who is enrolled, or to remove somebody.
            Assert.Equal([id], await other.ReadKeysAsync(default));
            Assert.Equal("anna", Assert.Single(await other.ListAsync(default)).Name);
        }

        Assert.True(await Open(null).RemoveAsync("anna", default));
        Assert.Empty(await store.ReadKeysAsync(default));
        await Open(null).AddAsync("anna", Model, null, _ => [HelperProcess.Utterance("anna", 0)], default);
        Assert.Empty(await store.ReadKeysAsync(default));
        await store.AddAsync("anna", Model, null, _ => [HelperProcess.Utterance("anna", 1)], default);
        Assert.Equal([id], await store.ReadKeysAsync(default));
        var last = Open(KeyFile("other.keys"));
        await last.AddAsync("boris", Model, null, _ => [HelperProcess.Utterance("boris", 0)], default);
        Assert.Equal([last.Vault.CurrentKey()!], await store.ReadKeysAsync(default));
    }

    /// <summary>A row that is taken elsewhere, or that is changed, does not open; the others do.</summary>
    [StoreFact]
    public async Task Read_RowFromElsewhere_SaysThatItIsDamaged()
    {
        foreach (var change in (string[])
                 [
                     // To another speaker.
                     "UPDATE {utterance} SET speaker_id = (SELECT id FROM {speaker} WHERE name = 'boris') " +
                         "WHERE source = 'anna-0.wav'",
                     // The embedding alone.
                     "UPDATE {utterance} SET embedding = (SELECT embedding FROM {utterance} WHERE source = 'anna-0.wav') " +
                         "WHERE source = 'boris-0.wav'",
                     // The whole speaker by another name.
                     "UPDATE {speaker} SET name = CASE name WHEN 'anna' THEN 'carla' ELSE 'anna' END; " +
                         "UPDATE {speaker} SET name = 'boris' WHERE name = 'carla'",
                     ChangeByte, CutShort,
                 ])
        {
            var store = Open(Key);
            await store.RemoveAsync("anna", default);
            await store.RemoveAsync("boris", default);
            await store.AddAsync("anna", Model, null, _ => [HelperProcess.Utterance("anna", 0)], default);
            await store.AddAsync("boris", Model, null, _ => [HelperProcess.Utterance("boris", 0)], default);
            Execute(change);
            var exception = await Assert.ThrowsAsync<StoreException>(
                () => Open(Key).GetUtterancesAsync("boris", Model, default));
            Assert.Equal(StoreProblem.Damaged, exception.Problem);
            Assert.Contains("'boris'", exception.Message, StringComparison.Ordinal);
            await Assert.ThrowsAsync<StoreException>(() => Open(Key).GetAllUtterancesAsync(Model, default));
        }
    }

    [StoreFact]
    public async Task Read_RowOfAnotherModelOrColumn_SaysThatItIsDamaged()
    {
        var store = Open(Key);
        var utterance = HelperProcess.Utterance("anna", 0);
        // As long as an embedding.
        await store.AddAsync(
            "anna", Model, null, _ => [utterance with { Fingerprint = Vectors.Bytes(utterance.Embedding) }], default);
        Execute("UPDATE {utterance} SET model_hash = 'model-b'");
        await DamagedAsync("model-b");
        Execute($"UPDATE {{utterance}} SET model_hash = '{Model}'");
        Assert.Single(await Open(Key).GetUtterancesAsync("anna", Model, default));
        Execute(OutlineAsEmbedding);
        await DamagedAsync(Model);

        async Task DamagedAsync(string model) => Assert.Equal(
            StoreProblem.Damaged,
            (await Assert.ThrowsAsync<StoreException>(
                () => Open(Key).GetUtterancesAsync("anna", model, default))).Problem);
    }

    [StoreFact]
    public async Task RenameMergeAndImport_OfSealedUtterances_OpenUnderTheNewName()
    {
        var store = Open(Key);
        var shared = HelperProcess.Utterance("shared", 0) with { Fingerprint = Outline };
        await store.AddAsync("anna", Model, null, _ => [HelperProcess.Utterance("anna", 0), shared], default);
        await store.AddAsync("ann", Model, null, _ => [shared], default);
        Assert.True(await store.RenameAsync("anna", "Anna", default));
        Assert.Equal(2, (await store.GetUtterancesAsync("Anna", Model, default)).Count);
        Assert.True(await store.MergeAsync("Anna", "ann", default));
        Assert.Equal(
            ["anna-0.wav", "shared-0.wav"],
            (await store.GetUtterancesAsync("ann", Model, default)).Select(each => each.Source)
                .Order(StringComparer.Ordinal));

        // Sealed twice the same voiceprint is never the same bytes: it is known nevertheless.
        var everybody = await store.ReadAllAsync(Model, default);
        Assert.Equal(0, await store.ImportAsync(everybody, Model, default));
        Assert.Equal(2, await store.ImportAsync([everybody[0] with { Name = "boris" }], Model, default));
        Assert.Equal(2, (await store.GetAllUtterancesAsync(Model, default))["boris"].Count);
        Assert.Equal(4L, Convert.ToInt64(
            Scalar("SELECT count(*) FROM {utterance} WHERE key_id IS NOT NULL"),
            System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>From none to the first key, and from that to another: what is there is sealed anew, and the old key is
    /// needed no more.</summary>
    [StoreFact]
    public async Task Seal_AfterAKeyWasAdded_SealsWhatIsThereWithIt()
    {
        var plain = Open(null);
        await plain.AddAsync(
            "anna", Model, null, _ => [HelperProcess.Utterance("anna", 0) with { Fingerprint = Outline }], default);
        var keys = KeyFile("rotated.keys");
        var store = Open(keys);
        await store.AddAsync("boris", Model, null, _ => [HelperProcess.Utterance("boris", 0)], default);
        var first = store.Vault.CurrentKey();
        Assert.Equal([(null, 1L), (first, 1L)], await CountsAsync());
        Assert.Equal(1, await store.SealAsync(default));
        Assert.Equal(0, await store.SealAsync(default));

        // The store that is open sees the new key in its file.
        var second = TemplateKeyFile.AddKey(keys)[0];
        await store.AddAsync("carla", Model, null, _ => [HelperProcess.Utterance("carla", 0)], default);
        Assert.Equal([(first, 2L), (second, 1L)], (await CountsAsync()).OrderByDescending(each => each.Item2));
        Assert.Equal(2, await store.SealAsync(default));
        File.WriteAllLines(keys, File.ReadAllLines(keys)[..1]);
        var rotated = Open(keys);
        Assert.Equal(["anna", "boris", "carla"],
            (await rotated.GetAllUtterancesAsync(Model, default)).Keys.Order(StringComparer.Ordinal));
        await rotated.AddAsync(
            "anna", Model, null,
            existing =>
            {
                Assert.Equal(Outline, Assert.Single(existing).Fingerprint);
                return [];
            },
            default);
        Assert.Equal([(second, 3L)], await CountsAsync());

        async Task<(string?, long)[]> CountsAsync() =>
        [
            .. (await store.ExamineAsync(default))!.Sealed.Select(each => (each.KeyId, each.Utterances)),
        ];
    }

    [StoreFact]
    public async Task Required_UnsealedOrWithoutAKey_IsRefused()
    {
        await Open(null).AddAsync("anna", Model, null, _ => [HelperProcess.Utterance("anna", 0)], default);
        var strict = HelperProcess.OpenStore(
            Place, protection: new ProtectionOptions { KeyFile = Key, Required = true });
        Keep(strict);
        foreach (var read in Readings(strict))
        {
            var exception = await Assert.ThrowsAsync<StoreException>(read);
            Assert.Equal(StoreProblem.NotPermitted, exception.Problem);
            Assert.Contains("vault seal", exception.Message, StringComparison.Ordinal);
        }

        await Open(Key).SealAsync(default);
        Assert.Single(await strict.GetUtterancesAsync("anna", Model, default));
        var keyless = HelperProcess.OpenStore(
            Place, protection: new ProtectionOptions { KeyVariable = null, Required = true });
        Keep(keyless);
        Assert.Equal(
            StoreProblem.KeyMissing,
            (await Assert.ThrowsAsync<StoreException>(() => keyless.AddAsync(
                "boris", Model, null, _ => [HelperProcess.Utterance("boris", 0)], default))).Problem);
        Assert.Equal("anna", Assert.Single(await keyless.ListAsync(default)).Name);
    }

    [StoreFact]
    public async Task Seal_KilledInTheMiddle_LosesNothingAndGoesOn()
    {
        const int Count = 12_000;
        await Open(null).AddAsync(
            "anna", Model, null, _ => [.. Enumerable.Range(0, Count).Select(i => HelperProcess.Utterance("anna", i))],
            default);
        var killed = 0;
        for (var round = 0; round < 6; round++)
        {
            using var process = HelperProcess.Start("seal", Place, Key, 0);
            Assert.Equal(HelperProcess.Holding, await process.StandardOutput.ReadLineAsync());
            if (!process.WaitForExit(TimeSpan.FromMilliseconds(40 * (round + 1))))
            {
                process.Kill();
                killed++;
            }

            await process.WaitForExitAsync();
            var store = Open(Key);
            Assert.Null((await store.ExamineAsync(default))!.Damage);
            Assert.Equal(Count, (await store.GetUtterancesAsync("anna", Model, default)).Count);
        }

        Assert.InRange(killed, 1, 6);
        var last = Open(Key);
        await last.SealAsync(default);
        Assert.Equal(Count, Assert.Single((await last.ExamineAsync(default))!.Sealed).Utterances);
        Assert.Equal(
            HelperProcess.Utterance("anna", Count - 1).Embedding,
            (await last.GetUtterancesAsync("anna", Model, default))[^1].Embedding);
    }

    /// <summary>Changes the last byte of the utterance of boris.</summary>
    protected abstract string ChangeByte { get; }

    /// <summary>Leaves ten bytes of it.</summary>
    protected abstract string CutShort { get; }

    /// <summary>Puts the outline of an utterance in the place of its embedding.</summary>
    protected abstract string OutlineAsEmbedding { get; }

    /// <summary>Runs statements in which {speaker} and {utterance} are the tables.</summary>
    protected abstract void Execute(string sql);

    /// <summary>The first value of the first row.</summary>
    protected abstract object? Scalar(string sql);

    /// <summary>What is kept of the only utterance.</summary>
    protected abstract (byte[] Embedding, byte[] Outline) Kept();

    /// <summary>A store with a key file, or without keys.</summary>
    internal IEditableStore Open(string? keys)
    {
        var store = HelperProcess.OpenStore(
            Place, protection: new ProtectionOptions { KeyFile = keys, KeyVariable = null });
        Keep(store);
        return store;
    }

    internal string KeyFile(string name)
    {
        var path = Folder.File(name);
        if (!File.Exists(path))
        {
            TemplateKeyFile.AddKey(path);
        }

        return path;
    }

    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            _open.ForEach(store => store.Dispose());
            Folder.Dispose();
        }
    }

    private static Func<Task>[] Readings(IEditableStore store) =>
    [
        () => store.GetUtterancesAsync("anna", Model, default), () => store.GetAllUtterancesAsync(Model, default),
        () => store.ReadAllAsync(Model, default),
        () => store.AddAsync("anna", Model, null, _ => [HelperProcess.Utterance("anna", 1)], default),
        () => store.RenameAsync("anna", "boris", default),
    ];

    private void Keep(IEditableStore store)
    {
        if (store is IDisposable disposable)
        {
            _open.Add(disposable);
        }
    }
}
