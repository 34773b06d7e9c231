using System.Globalization;
using Speaker.Audio;
using Speaker.Audio.Files;
using Speaker.Enrolment;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Store;

/// <summary>Recordings that a store keeps, whatever keeps it, and what they are kept for: its move to another
/// model.</summary>
public abstract class RecordingConformance : IDisposable
{
    private const string Model = HelperProcess.Model;
    private const string NewModel = "model-b";

    /// <summary>More than any store replaces together.</summary>
    private const int Many = 150;

    private readonly List<IDisposable> _open = [];

    /// <summary>Where the store is: a file or an address.</summary>
    protected abstract string Place { get; }

    internal TemporaryFolder Folder { get; } = new();

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>PostgreSQL keeps parts of 262,144 samples.</summary>
    [StoreFact]
    public async Task Add_RecordingsOfAnyLength_AreKeptSampleBySample()
    {
        float[][] sounds = [Sound(1, 1), Sound(2, 262_144), Sound(3, 300_001)];
        await KeepAsync("boris", (0, sounds[2]), (1, null));
        await KeepAsync("anna", (0, sounds[0]), (1, sounds[1]));

        var outdated = await Open().ReadOutdatedAsync(NewModel, default);
        Assert.Equal(
            ["anna anna-0.wav", "anna anna-1.wav", "boris boris-0.wav", "boris boris-1.wav"],
            outdated.Select(each => $"{each.Speaker} {each.Source}"));
        Assert.Equal(sounds, outdated.Take(3).Select(Samples));
        Assert.Null(outdated[3].Recording);
        Assert.Empty(await Open().ReadOutdatedAsync(Model, default));
        Assert.Equal(3, Kept());
    }

    [StoreFact]
    public async Task BeginCopies_NoLonger_GivesNoneAndWhatIsThereStays()
    {
        await KeepAsync("anna", (0, Sound(1, 1000)));
        var store = Open(keeps: false);
        Assert.Null(store.BeginCopies());
        await store.AddAsync("anna", Model, null, _ => [HelperProcess.Utterance("anna", 1)], default);
        Assert.Equal(
            [true, false],
            (await store.ReadOutdatedAsync(NewModel, default)).Select(each => each.Recording is not null));
        Assert.Equal(1, Kept());
    }

    [StoreFact]
    public async Task Add_EndedOrNotChosen_KeepsNothing()
    {
        var store = Open();
        using (var copies = store.BeginCopies()!)
        {
            var heard = Heard(copies, "anna", 0, Sound(1, 1000));
            using var stop = new CancellationTokenSource();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.AddAsync(
                "anna", Model, null,
                _ =>
                {
                    stop.Cancel();
                    return [heard];
                },
                stop.Token));
            await store.AddAsync("anna", Model, null, _ => [], default);
        }

        Assert.Empty(await store.ReadOutdatedAsync(NewModel, default));
        Assert.Equal(0, Kept());
    }

    [StoreFact]
    public async Task Recordings_GoWithTheirUtterancesAndStayWithTheirSpeakers()
    {
        var sounds = Enumerable.Range(0, 5).Select(i => Sound(i, 1000)).ToArray();
        var store = Open();
        // Of what two have, one recording stays: that of who stays, or else that of who goes.
        await KeepAsync("anna", (0, sounds[0]), (1, null), (2, sounds[2]));
        await KeepAsync("ann", of: "anna", (1, sounds[1]), (2, sounds[3]), (4, sounds[4]));
        Assert.Equal(5, Kept());
        Assert.True(await store.MergeAsync("ann", "anna", default));
        Assert.Equal(4, Kept());
        Assert.Equal(
            [sounds[0], sounds[1], sounds[2], sounds[4]],
            (await store.ReadOutdatedAsync(NewModel, default)).Select(Samples));

        Assert.True(await store.RenameAsync("anna", "anne", default));
        Assert.Equal(4, Kept());
        var first = (await store.ReadAsync("anne", Model, default))!.Utterances[0].Id;
        Assert.Equal(3, await store.RemoveUtteranceAsync("anne", first, default));
        Assert.Equal(3, Kept());
        await KeepAsync("boris", (0, sounds[0]));
        Assert.True(await store.RemoveAsync("boris", default));
        Assert.Equal(3, Kept());
        Assert.Equal(
            new ExpiredVoiceprints(3, 1),
            await store.ExpireAsync(DateTimeOffset.UtcNow + TimeSpan.FromDays(1), default));
        Assert.Equal(0, Kept());
    }

    [StoreFact]
    public async Task Replace_EveryVoiceprint_KeepsAllThatIsNotOfTheModel()
    {
        byte[] outline = [0, 1, 2, 255];
        var store = Open();
        await AddManyAsync(store);
        await store.AddAsync(
            "boris", Model, "door",
            _ =>
            [
                HelperProcess.Utterance("boris", 0) with
                {
                    Fingerprint = outline, Note = "why", Quality = new AudioQuality(0.5, 0.01, -20, null, 7875),
                },
            ],
            default);
        await KeepAsync("carla", (0, Sound(1, 1000)));
        var before = await store.ReadAllAsync(Model, default);
        // Everybody is in memory from now on.
        await store.GetAllUtterancesAsync(Model, default);
        await store.GetAllUtterancesAsync(Model, default);

        var outdated = await store.ReadOutdatedAsync(NewModel, default);
        await store.ReplaceOutdatedAsync(outdated, outdated.Select(Renewed), NewModel, default);

        var after = await store.ReadAllAsync(NewModel, default);
        Assert.Equal(before.SelectMany(Lines), after.SelectMany(Lines));
        var replaced = after.SelectMany(speaker => speaker.Utterances).OrderBy(each => each.Id).ToArray();
        Assert.Equal(
            outdated.OrderBy(each => each.Id).Select(each => Renewed(each).Embedding),
            replaced.Select(each => each.Utterance.Embedding));
        Assert.All(replaced, each => Assert.Equal(each.Id, each.Utterance.SpeechSeconds));
        await store.AddAsync(
            "boris", NewModel, null,
            existing =>
            {
                Assert.Equal(outline, Assert.Single(existing).Fingerprint);
                return [];
            },
            default);
        Assert.Empty(await store.ReadOutdatedAsync(NewModel, default));
        Assert.Equal(Many + 2, (await store.ReadOutdatedAsync(Model, default)).Count);
        Assert.Equal(1, Kept());
        var entry = (await store.ReadAuditAsync(0, 99, default))[^1];
        Assert.Equal(
            ("migrate", $"model={NewModel} utterances={Many + 2} removed=0"), (entry.Action, entry.Detail));
        var refused = await Assert.ThrowsAsync<StoreException>(() => store.GetAllUtterancesAsync(Model, default));
        Assert.Equal(StoreProblem.OtherModel, refused.Problem);
    }

    [StoreFact]
    public async Task Replace_SomeOfThem_RemovesTheOthersAndWhoHasNoMore()
    {
        await KeepAsync("anna", (0, Sound(1, 1000)), (1, Sound(2, 1000)));
        await KeepAsync("boris", (0, Sound(3, 1000)));
        var store = Open();
        var outdated = await store.ReadOutdatedAsync(NewModel, default);
        await store.ReplaceOutdatedAsync(outdated, [Renewed(outdated[1])], NewModel, default);

        var speaker = Assert.Single(await store.ReadAllAsync(NewModel, default));
        Assert.Equal(("anna", outdated[1].Id), (speaker.Name, Assert.Single(speaker.Utterances).Id));
        Assert.Equal(1, Kept());
        Assert.Equal(
            $"model={NewModel} utterances=1 removed=2", (await store.ReadAuditAsync(0, 99, default))[^1].Detail);
    }

    [StoreFact]
    public async Task Replace_StoreThatSomebodyChangedMeanwhile_IsRefused()
    {
        var other = Open();
        await KeepAsync("anna", (0, Sound(1, 1000)), (1, Sound(2, 1000)));
        await KeepAsync("ann", of: "anna", (1, Sound(3, 1000)));
        foreach (var change in (Func<Task>[])
                 [
                     () => other.AddAsync("boris", Model, null, _ => [HelperProcess.Utterance("boris", 0)], default),
                     () => other.MergeAsync("ann", "anna", default),
                     async () => await other.RemoveUtteranceAsync(
                         "anna", (await other.ReadAsync("anna", Model, default))!.Utterances[0].Id, default),
                     () => other.RemoveAsync("anna", default),
                 ])
        {
            var store = Open();
            var outdated = await store.ReadOutdatedAsync(NewModel, default);
            await change();
            var before = await EverythingAsync(Model);
            var refused = await Assert.ThrowsAsync<StoreException>(
                () => store.ReplaceOutdatedAsync(outdated, outdated.Select(Renewed), NewModel, default));
            Assert.Equal(StoreProblem.InUse, refused.Problem);
            Assert.Contains(Location(Place), refused.Message, StringComparison.Ordinal);
            Assert.Equal(before, await EverythingAsync(Model));
        }
    }

    [StoreFact]
    public async Task Replace_EndedInTheMiddle_LeavesTheStoreAsItWas()
    {
        var store = Open();
        await AddManyAsync(store);
        await KeepAsync("boris", (0, Sound(1, 1000)));
        var before = await EverythingAsync(Model);
        var outdated = await store.ReadOutdatedAsync(NewModel, default);
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => store.ReplaceOutdatedAsync(outdated, ThenFail(outdated), NewModel, default));
        Assert.Equal(before, await EverythingAsync(Model));
        Assert.Equal(1, Kept());
    }

    [StoreFact]
    public async Task Replace_KilledInTheMiddle_LeavesTheStoreAsItWas()
    {
        await AddManyAsync(Open());
        await KeepAsync("boris", (0, Sound(1, 1000)));
        var before = await EverythingAsync(Model);
        using (var helper = HelperProcess.Start("migrate", Place, NewModel, Many - 10))
        {
            Assert.Equal(HelperProcess.Holding, helper.StandardOutput.ReadLine());
            helper.Kill();
            helper.WaitForExit();
        }

        Assert.Equal(before, await EverythingAsync(Model));
        Assert.Equal(1, Kept());
        var store = Open();
        var outdated = await store.ReadOutdatedAsync(NewModel, default);
        await store.ReplaceOutdatedAsync(outdated, outdated.Select(Renewed), NewModel, default);
        Assert.Equal(2, (await store.ReadAllAsync(NewModel, default)).Count);
    }

    /// <summary>How many recordings lie at the place.</summary>
    protected abstract int Kept();

    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            _open.ForEach(store => store.Dispose());
            Folder.Dispose();
        }
    }

    /// <summary>The samples that were kept of an utterance.</summary>
    internal static float[] Samples(OutdatedUtterance utterance)
    {
        using var sound = utterance.Recording!.Open(null, new AudioFileOptions(), default);
        Assert.Empty(sound.Notes);
        var (all, block) = (new List<float>(), new float[Sounds.SampleRate]);
        for (int read; (read = sound.Samples.Read(block)) > 0;)
        {
            all.AddRange(block.AsSpan(0, read));
        }

        return [.. all];
    }

    /// <summary>An utterance with a recording that was listened to.</summary>
    internal static StoredUtterance Heard(SoundCopies copies, string speaker, int number, float[] sound)
    {
        var copy = copies.Begin();
        var source = copy.Through(new MemorySampleProvider(sound, Sounds.SampleRate, 1));
        var block = new float[Sounds.SampleRate];
        while (source.Read(block) > 0)
        {
        }

        return HelperProcess.Utterance(speaker, number) with { Copy = copy };
    }

    internal static float[] Sound(int seed, int samples) => Vectors.Random(seed, samples);

    private static RenewedUtterance Renewed(OutdatedUtterance utterance) =>
        new(utterance.Id, Vectors.Random((int)utterance.Id, 16), utterance.Id);

    private static IEnumerable<RenewedUtterance> ThenFail(IReadOnlyList<OutdatedUtterance> outdated)
    {
        foreach (var utterance in outdated.Take(Many - 10))
        {
            yield return Renewed(utterance);
        }

        throw new InvalidOperationException("no");
    }

    /// <summary>A message names a store without what only a connection needs.</summary>
    private static string Location(string place)
    {
        var store = HelperProcess.OpenStore(place);
        using var disposed = store as IDisposable;
        return store.Location;
    }

    /// <summary>What a speaker has, but for what a model makes.</summary>
    private static IEnumerable<string> Lines(KeptSpeaker speaker) => speaker.Utterances.Select(each =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{speaker.Name} {speaker.EnrolledAt:O} {speaker.Consent} {speaker.ConsentAt:O} {each.Id} " +
            $"{each.AddedAt:O} {each.Utterance.Source} {each.Utterance.Note} {each.Utterance.Quality}"));

    private async Task<string[]> EverythingAsync(string model) =>
    [
        .. (await Open().ReadAllAsync(model, default)).SelectMany(speaker => Lines(speaker).Concat(
            speaker.Utterances.Select(
                each => $"{each.Utterance.SpeechSeconds} {string.Join(' ', each.Utterance.Embedding)}"))),
    ];

    private static Task AddManyAsync(IEditableStore store) => store.AddAsync(
        "anna", Model, null,
        _ => [.. Enumerable.Range(0, Many).Select(i => HelperProcess.Utterance("anna", i))], default);

    private Task KeepAsync(string speaker, params (int Number, float[]? Sound)[] utterances) =>
        KeepAsync(speaker, speaker, utterances);

    /// <summary>Enrols utterances, with recordings or without.</summary>
    /// <param name="speaker">Whose.</param>
    /// <param name="of">Who said the same.</param>
    /// <param name="utterances">By their numbers.</param>
    private async Task KeepAsync(string speaker, string of, params (int Number, float[]? Sound)[] utterances)
    {
        var store = Open();
        using var copies = store.BeginCopies()!;
        StoredUtterance[] added =
        [
            .. utterances.Select(each => each.Sound is { } sound
                ? Heard(copies, of, each.Number, sound)
                : HelperProcess.Utterance(of, each.Number)),
        ];
        await store.AddAsync(speaker, Model, null, _ => added, default);
    }

    private IEditableStore Open(bool keeps = true)
    {
        var store = HelperProcess.OpenStore(Place, keepsRecordings: keeps);
        if (store is IDisposable disposable)
        {
            _open.Add(disposable);
        }

        return store;
    }
}
