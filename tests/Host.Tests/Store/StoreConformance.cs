using System.Diagnostics;
using System.Globalization;
using Speaker.Audio;
using Speaker.CommandLine;
using Speaker.Enrolment;
using Speaker.Host.Tests.Support;
using Speaker.Search;
using Xunit.Abstractions;

namespace Speaker.Host.Tests.Store;

/// <summary>
/// What every store of voiceprints does, whatever keeps them. A store has its voiceprints at one place, which any number of
/// instances and processes have open at once.
/// </summary>
/// <param name="log">Gets the counts.</param>
public abstract class StoreConformance(ITestOutputHelper log) : IDisposable
{
    private const string Model = HelperProcess.Model;
    private const string OtherModel = "model-b";

    /// <summary>How many processes are killed: SPEAKER_STORE_KILLS, or as many as take seconds.</summary>
    private static readonly int Kills =
        Environment.GetEnvironmentVariable("SPEAKER_STORE_KILLS") is { Length: > 0 } number
            ? int.Parse(number, CultureInfo.InvariantCulture)
            : Environment.GetEnvironmentVariable("SPEAKER_PROGRAM") is null ? 5 : 20;

    private readonly TemporaryFolder _folder = new();
    private readonly List<IDisposable> _open = [];

    /// <summary>Where the store is: a file or an address.</summary>
    protected abstract string Place { get; }

    internal TemporaryFolder Folder => _folder;

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    [StoreFact]
    public async Task Get_EnrolledUtterances_AreReadBackBitForBitInOrder()
    {
        var added = Enumerable.Range(0, 3).Select(i => HelperProcess.Utterance("anna", i)).ToArray();
        await AddAsync("anna", added[0], added[1]);
        await AddAsync("boris", HelperProcess.Utterance("boris", 0));
        await AddAsync("anna", added[2]);

        var store = Open();
        AssertSame(added, await store.GetUtterancesAsync("anna", Model, default));
        var all = await store.GetAllUtterancesAsync(Model, default);
        Assert.Equal(["anna", "boris"], all.Keys.Order(StringComparer.Ordinal));
        AssertSame(added, all["anna"]);
        Assert.Empty(await store.GetUtterancesAsync("nobody", Model, default));
    }

    [StoreFact]
    public async Task Read_NobodyEverEnrolled_IsEmptyAndMakesNothing()
    {
        var store = Open();
        Assert.Empty(await store.ListAsync(default));
        Assert.Empty(await store.GetUtterancesAsync("anna", Model, default));
        Assert.Empty(await store.GetAllUtterancesAsync(Model, default));
        Assert.Empty(await store.ReadAllAsync(Model, default));
        Assert.Null(await store.ReadAsync("anna", Model, default));
        Assert.Null(await store.ExamineAsync(default));
        Assert.False(await store.RemoveAsync("anna", default));
        Assert.False(await store.RenameAsync("anna", "boris", default));
        Assert.False(await store.MergeAsync("anna", "boris", default));
        Assert.Null(await store.RemoveUtteranceAsync("anna", 1, default));
        Assert.False(Exists());

        await store.PrepareAsync(Model, default);
        Assert.True(Exists());
        Assert.Empty(await store.ListAsync(default));
    }

    /// <summary>The moments between reading what is there, writing, and committing.</summary>
    [StoreFact]
    public async Task Add_EndedByAnExceptionOrByCancelling_LeavesNothing()
    {
        var store = Open();
        await Assert.ThrowsAsync<InvalidOperationException>(() => store.AddAsync(
            "anna", Model, "consent", _ => throw new InvalidOperationException("no"), default));
        Assert.Empty(await store.ListAsync(default));

        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.AddAsync(
            "anna", Model, "consent",
            _ =>
            {
                stop.Cancel();
                return [HelperProcess.Utterance("anna", 0)];
            },
            stop.Token));
        await store.AddAsync("boris", Model, "consent", _ => [], default);
        Assert.Empty(await store.ListAsync(default));
    }

    [StoreFact]
    public async Task Add_Chooser_SeesWhatTheSpeakerHasWithFingerprintsOnce()
    {
        byte[] outline = [0, 1, 2, 255];
        await AddAsync("anna", HelperProcess.Utterance("anna", 0) with { Fingerprint = outline });
        await AddAsync("anna", HelperProcess.Utterance("anna", 1));
        var seen = new List<IReadOnlyList<StoredUtterance>>();
        await Open().AddAsync(
            "anna", Model, null,
            existing =>
            {
                seen.Add(existing);
                return [];
            },
            default);

        var existing = Assert.Single(seen);
        Assert.Equal(2, existing.Count);
        Assert.Equal(HelperProcess.Utterance("anna", 0).Embedding, existing[0].Embedding);
        Assert.Equal(outline, existing[0].Fingerprint);
        Assert.Null(existing[1].Fingerprint);
    }

    [StoreFact]
    public async Task ReadOutlines_OfASpeaker_AreThoseThatWereKept()
    {
        Assert.Empty(await Open().ReadOutlinesAsync("anna", default));
        await AddAsync("änna", HelperProcess.Utterance("anna", 0) with { Fingerprint = [0, 1, 2, 255] });
        await AddAsync("änna", HelperProcess.Utterance("anna", 1));
        await AddAsync("änna", HelperProcess.Utterance("anna", 2) with { Fingerprint = [7] });
        await AddAsync("boris", HelperProcess.Utterance("boris", 0) with { Fingerprint = [8] });
        Assert.Equal([[0, 1, 2, 255], [7]], await Open().ReadOutlinesAsync("änna", default));
        Assert.Empty(await Open().ReadOutlinesAsync("carla", default));
        await Open().RemoveAsync("änna", default);
        Assert.Empty(await Open().ReadOutlinesAsync("änna", default));
    }

    [StoreFact]
    public async Task List_ConsentNoted_KeepsItWithItsTime()
    {
        var time = new ManualTime(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
        var store = Open(time: time);
        await store.AddAsync("anna", Model, "door access", _ => [HelperProcess.Utterance("anna", 0)], default);
        time.Advance(TimeSpan.FromDays(1));
        await store.AddAsync("anna", Model, null, _ => [HelperProcess.Utterance("anna", 1)], default);

        var speaker = Assert.Single(await store.ListAsync(default));
        Assert.Equal(
            new EnrolledSpeaker(
                "anna", 2, 5.0, Model, new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero),
                new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero), "door access",
                new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero)),
            speaker);

        await store.AddAsync("anna", Model, "door and gate", _ => [HelperProcess.Utterance("anna", 2)], default);
        speaker = Assert.Single(await store.ListAsync(default));
        Assert.Equal(("door and gate", time.GetUtcNow()), (speaker.Consent, speaker.ConsentAt));
    }

    [StoreFact]
    public async Task Names_InUnicode_AreOneNameHoweverTheyAreWritten()
    {
        const string Composed = "Jos\u00E9";
        const string Decomposed = "Jose\u0301";
        string[] others = ["\U0001F600 emoji", "O'Neill; DROP TABLE speaker", "\u00DCber", "Zo\u00EB", "a", "\u540D\u524D"];
        await AddAsync(Decomposed, HelperProcess.Utterance("x", 0));
        await AddAsync(Composed, HelperProcess.Utterance("x", 1));
        foreach (var name in others)
        {
            await AddAsync(name, HelperProcess.Utterance(name, 0));
        }

        var store = Open();
        Assert.Equal(
            // By the bytes of UTF-8.
            others.Append(Composed).OrderBy(name => name, Comparer<string>.Create((one, other) =>
                System.Text.Encoding.UTF8.GetBytes(one).AsSpan().SequenceCompareTo(
                    System.Text.Encoding.UTF8.GetBytes(other)))),
            (await store.ListAsync(default)).Select(speaker => speaker.Name));
        Assert.Equal(2, (await store.GetUtterancesAsync(Composed, Model, default)).Count);
        Assert.Equal(2, (await store.GetUtterancesAsync(Decomposed, Model, default)).Count);
        Assert.True(await store.RenameAsync(Decomposed, "joe", default));
        Assert.True(await store.RenameAsync("joe", Decomposed, default));
        Assert.True(await store.RemoveAsync(Decomposed, default));
        Assert.False(await store.RemoveAsync(Composed, default));
    }

    [StoreFact]
    public async Task Add_NameThatIsNone_IsRefused()
    {
        var store = Open();
        foreach (var name in (string[])["", " anna", ".hidden", "../anna", "anna\nboris", new('a', 129)])
        {
            await Assert.ThrowsAsync<ArgumentException>(() => store.AddAsync(name, Model, null, _ => [], default));
        }

        await AddAsync(new string('\u00E9', 128), HelperProcess.Utterance("long", 0));
        await Assert.ThrowsAsync<ArgumentException>(
            () => store.RenameAsync(new string('\u00E9', 128), "a/b", default));
    }

    [StoreFact]
    public async Task Texts_OfAnyLengthAndLetters_ComeBack()
    {
        const string Text = "it's \"here\" \\ \t\r\n $1 %s \U0001F600 \u05D0\u0301 ;--";
        var source = string.Concat(Enumerable.Repeat(Text, 300));
        var store = Open();
        await store.AddAsync(
            "anna", Model, Text, _ => [HelperProcess.Utterance("anna", 0) with { Source = source, Note = Text }], default);
        var kept = (await store.ReadAsync("anna", Model, default))!;
        var utterance = kept.Utterances[0].Utterance;
        Assert.Equal((Text, source, Text), (kept.Consent, utterance.Source, utterance.Note));
    }

    [StoreFact]
    public async Task Add_ThousandUtterances_AreAllThere()
    {
        const int Count = 1000;
        await AddAsync(
            "anna", [.. Enumerable.Range(0, Count).Select(i => HelperProcess.Utterance("anna", i))]);
        Assert.Equal(
            Enumerable.Range(0, Count).Select(i => $"anna-{i}.wav"),
            (await Open().GetUtterancesAsync("anna", Model, default)).Select(utterance => utterance.Source));
    }

    [StoreFact]
    public async Task OtherModel_EveryUse_NamesBothHashes()
    {
        await AddAsync("anna", HelperProcess.Utterance("anna", 0));
        var store = Open();
        foreach (var use in (Func<Task>[])
                 [
                     () => store.GetUtterancesAsync("anna", OtherModel, default),
                     () => store.GetUtterancesAsync("nobody", OtherModel, default),
                     () => store.GetAllUtterancesAsync(OtherModel, default),
                     () => store.GetAllUtterancesAsync(OtherModel, default),
                     () => store.AddAsync("boris", OtherModel, null, _ => [HelperProcess.Utterance("boris", 0)], default),
                     () => store.PrepareAsync(OtherModel, default),
                     () => store.ReadAsync("anna", OtherModel, default),
                     () => store.ReadAllAsync(OtherModel, default),
                     () => store.ImportAsync([Travelling("carla", "carla")], OtherModel, default),
                 ])
        {
            var exception = await Assert.ThrowsAsync<StoreException>(use);
            Assert.Equal(StoreProblem.OtherModel, exception.Problem);
            Assert.Contains(Model, exception.Message, StringComparison.Ordinal);
            Assert.Contains(OtherModel, exception.Message, StringComparison.Ordinal);
        }

        Assert.Equal("anna", Assert.Single(await store.ListAsync(default)).Name);
        // Once it is empty, the store is of whatever model comes next.
        Assert.True(await store.RemoveAsync("anna", default));
        await store.AddAsync("boris", OtherModel, null, _ => [HelperProcess.Utterance("boris", 0)], default);
        Assert.Equal(OtherModel, Assert.Single(await store.ListAsync(default)).ModelHash);
    }

    [StoreFact]
    public async Task OtherModel_TwoThatComeFirstAtOnce_OnlyOneIsIn()
    {
        for (var round = 0; round < 10; round++)
        {
            var outcomes = await Task.WhenAll(((string[])[Model, OtherModel]).Select(model => Task.Run(async () =>
            {
                try
                {
                    await Open().AddAsync(model, model, null, _ => [HelperProcess.Utterance(model, 0)], default);
                    return true;
                }
                catch (StoreException exception) when (exception.Problem == StoreProblem.OtherModel)
                {
                    return false;
                }
            })));
            Assert.Equal(1, outcomes.Count(isIn => isIn));
            var store = Open();
            Assert.True(await store.RemoveAsync(Assert.Single(await store.ListAsync(default)).Name, default));
        }
    }

    [StoreFact]
    public async Task Remove_AndEnrolAgain_ReplacesWhatWasThere()
    {
        await AddAsync("anna", HelperProcess.Utterance("anna", 0), HelperProcess.Utterance("anna", 1));
        await AddAsync("boris", HelperProcess.Utterance("boris", 0));
        var store = Open();
        Assert.True(await store.RemoveAsync("anna", default));
        Assert.False(await store.RemoveAsync("anna", default));
        Assert.Empty(await store.GetUtterancesAsync("anna", Model, default));
        Assert.Equal("boris", Assert.Single(await store.ListAsync(default)).Name);

        await AddAsync("anna", HelperProcess.Utterance("anna", 2));
        AssertSame([HelperProcess.Utterance("anna", 2)], await store.GetUtterancesAsync("anna", Model, default));
        Assert.Null((await store.ReadAsync("anna", Model, default))!.Consent);
    }

    [StoreFact]
    public async Task RemoveUtterance_OneByOne_TheSpeakerGoesWithTheLast()
    {
        await AddAsync("anna", HelperProcess.Utterance("anna", 0), HelperProcess.Utterance("anna", 1));
        await AddAsync("boris", HelperProcess.Utterance("boris", 0));
        var store = Open();
        var ids = (await store.ReadAsync("anna", Model, default))!.Utterances.Select(utterance => utterance.Id).ToArray();
        Assert.Null(await store.RemoveUtteranceAsync("boris", ids[0], default));
        Assert.Null(await store.RemoveUtteranceAsync("anna", long.MaxValue, default));
        Assert.Equal(1, await store.RemoveUtteranceAsync("anna", ids[0], default));
        Assert.Null(await store.RemoveUtteranceAsync("anna", ids[0], default));
        AssertSame([HelperProcess.Utterance("anna", 1)], await store.GetUtterancesAsync("anna", Model, default));
        Assert.Equal(0, await store.RemoveUtteranceAsync("anna", ids[1], default));
        Assert.Equal("boris", Assert.Single(await store.ListAsync(default)).Name);
    }

    [StoreFact]
    public async Task Rename_Speaker_KeepsEverythingUnderTheNewName()
    {
        var store = Open();
        await store.AddAsync("anna", Model, "door", _ => [HelperProcess.Utterance("anna", 0)], default);
        await AddAsync("boris", HelperProcess.Utterance("boris", 0));
        Assert.False(await store.RenameAsync("nobody", "carla", default));
        var taken = await Assert.ThrowsAsync<ArgumentException>(() => store.RenameAsync("anna", "boris", default));
        Assert.Contains("merge", taken.Message, StringComparison.Ordinal);
        Assert.True(await store.RenameAsync("anna", "anna", default));
        Assert.True(await store.RenameAsync("anna", "carla", default));
        Assert.Empty(await store.GetUtterancesAsync("anna", Model, default));
        AssertSame([HelperProcess.Utterance("anna", 0)], await store.GetUtterancesAsync("carla", Model, default));
        Assert.Equal("door", (await store.ReadAsync("carla", Model, default))!.Consent);
    }

    [StoreFact]
    public async Task Merge_TwoNames_OneSpeakerWithEachRecordingOnce()
    {
        var store = Open();
        var shared = HelperProcess.Utterance("shared", 0);
        await store.AddAsync("anna", Model, "door", _ => [HelperProcess.Utterance("anna", 0), shared], default);
        await AddAsync("ann", shared, HelperProcess.Utterance("ann", 0));
        Assert.False(await store.MergeAsync("nobody", "ann", default));
        Assert.False(await store.MergeAsync("anna", "nobody", default));
        Assert.False(await store.MergeAsync("anna", "anna", default));
        Assert.True(await store.MergeAsync("anna", "ann", default));

        var speaker = Assert.Single(await store.ListAsync(default));
        Assert.Equal(("ann", 3, "door"), (speaker.Name, speaker.Utterances, speaker.Consent));
        Assert.Equal(
            ["ann-0.wav", "anna-0.wav", "shared-0.wav"],
            (await store.GetUtterancesAsync("ann", Model, default)).Select(utterance => utterance.Source)
                .Order(StringComparer.Ordinal));

        // What the other consented to stays.
        await store.AddAsync("carla", Model, "gate", _ => [HelperProcess.Utterance("carla", 0)], default);
        Assert.True(await store.MergeAsync("carla", "ann", default));
        Assert.Equal("door", (await store.ReadAsync("ann", Model, default))!.Consent);
    }

    [StoreFact]
    public async Task Import_OfAnotherStore_AddsAllThatIsNotThereOrNothing()
    {
        var store = Open();
        await store.AddAsync("anna", Model, "door", _ => [HelperProcess.Utterance("anna", 0)], default);
        var quality = new AudioQuality(0.5, 0.01, -20, null, 7875);
        var speaker = Travelling("anna", "anna", "anna2", "carla");
        speaker = speaker with
        {
            Utterances =
            [
                .. speaker.Utterances.Select(each => each with
                {
                    Utterance = each.Utterance with { Quality = quality, Note = "forced" },
                }),
            ],
        };
        Assert.Equal(3, await store.ImportAsync([speaker, Travelling("boris", "boris")], Model, default));
        Assert.Equal(0, await store.ImportAsync([speaker, Travelling("boris", "boris")], Model, default));

        var kept = await store.ReadAllAsync(Model, default);
        Assert.Equal(["anna", "boris"], kept.Select(each => each.Name));
        Assert.Equal("door", kept[0].Consent);
        Assert.Equal(
            ("travelled", speaker.EnrolledAt, (DateTimeOffset?)speaker.EnrolledAt),
            (kept[1].Consent, kept[1].EnrolledAt, kept[1].ConsentAt));
        Assert.Equal(3, kept[0].Utterances.Count);
        Assert.Equal(
            (quality, "forced", speaker.Utterances[1].AddedAt),
            (kept[0].Utterances[1].Utterance.Quality, kept[0].Utterances[1].Utterance.Note, kept[0].Utterances[1].AddedAt));
        Assert.Null(kept[0].Utterances[0].Utterance.Quality);

        await Assert.ThrowsAsync<ArgumentException>(
            () => store.ImportAsync([Travelling("dora", "dora"), Travelling(".", "none")], Model, default));
        Assert.Equal(2, (await store.ListAsync(default)).Count);
    }

    [StoreFact]
    public async Task Add_FirstStartsAtOnce_AllGetIn()
    {
        const int Count = 8;
        await Task.WhenAll(Enumerable.Range(0, Count).Select(i => Task.Run(
            () => AddAsync($"speaker{i}", HelperProcess.Utterance($"speaker{i}", 0)))));
        Assert.Equal(Count, (await Open().ListAsync(default)).Count);
    }

    /// <summary>Each decides by what it sees, and none may miss what another has just added.</summary>
    [StoreFact]
    public async Task Add_ConcurrentWritersOfOneSpeaker_SeeEachOther()
    {
        const int Writers = 4;
        const int Each = 10;
        var stores = Enumerable.Range(0, Writers).Select(_ => Open()).ToArray();
        await Task.WhenAll(stores.Select(store => Task.Run(async () =>
        {
            for (var i = 0; i < Each; i++)
            {
                await store.AddAsync(
                    "anna", Model, null,
                    existing => [HelperProcess.Utterance("anna", existing.Count)], default);
            }
        })));
        Assert.Equal(
            Enumerable.Range(0, Writers * Each).Select(i => $"anna-{i}.wav"),
            (await Open().GetUtterancesAsync("anna", Model, default)).Select(utterance => utterance.Source));
    }

    [StoreFact]
    public async Task Add_TwoProcesses_LoseNothing()
    {
        const int Each = 40;
        using var first = HelperProcess.Start("write", Place, "anna", Each);
        using var second = HelperProcess.Start("write", Place, "boris", Each);
        await Task.WhenAll(first.WaitForExitAsync(), second.WaitForExitAsync());
        Assert.True(
            (first.ExitCode, second.ExitCode) == (0, 0),
            await first.StandardError.ReadToEndAsync() + await second.StandardError.ReadToEndAsync());
        foreach (var name in (string[])["anna", "boris"])
        {
            Assert.Equal(
                Enumerable.Range(0, Each).Select(i => $"{name}-{i}.wav"),
                (await Open().GetUtterancesAsync(name, Model, default)).Select(utterance => utterance.Source));
        }
    }

    /// <summary>Another process has its locks: writers of the same speaker wait, and are told after a while; when it is
    /// killed, nothing of it is there and the next one gets in.</summary>
    [StoreFact]
    public async Task Add_HeldByAnotherProcess_IsInUseUntilThatIsKilled()
    {
        await AddAsync("anna", HelperProcess.Utterance("anna", 0));
        using var holder = HelperProcess.Start("choose", Place, "anna", 1);
        Assert.Equal(HelperProcess.Holding, await holder.StandardOutput.ReadLineAsync());
        var hasty = Open(busySeconds: 0.2);
        var exception = await Assert.ThrowsAsync<StoreException>(() => hasty.AddAsync(
            "anna", Model, null, _ => [HelperProcess.Utterance("anna", 1)], default));
        Assert.Equal(StoreProblem.InUse, exception.Problem);
        Assert.Contains("in use by another process", exception.Message, StringComparison.Ordinal);
        Assert.Single(await hasty.GetUtterancesAsync("anna", Model, default));

        var waiting = Task.Run(() => AddAsync("anna", HelperProcess.Utterance("anna", 1)));
        holder.Kill();
        await holder.WaitForExitAsync();
        await waiting;
        Assert.Equal(2, (await Open().GetUtterancesAsync("anna", Model, default)).Count);
        Assert.Null((await Open().ReadAsync("anna", Model, default))!.Consent);
    }

    /// <summary>What is kept in memory of everybody follows every change of another instance.</summary>
    [StoreFact]
    public async Task GetAll_ChangedByAnother_IsInStep()
    {
        var (mine, other) = (Open(), Open());
        await AddAsync("anna", HelperProcess.Utterance("anna", 0));
        // The second time and the third are of what was kept.
        await SeesAsync(("anna", 1));
        await SeesAsync(("anna", 1));

        await other.AddAsync("anna", Model, null, _ => [HelperProcess.Utterance("anna", 1)], default);
        await SeesAsync(("anna", 2));
        await other.AddAsync("boris", Model, null, _ => [HelperProcess.Utterance("boris", 0)], default);
        await SeesAsync(("anna", 2), ("boris", 1));
        await other.RenameAsync("boris", "bo", default);
        await SeesAsync(("anna", 2), ("bo", 1));
        await other.RemoveUtteranceAsync(
            "anna", (await other.ReadAsync("anna", Model, default))!.Utterances[0].Id, default);
        await SeesAsync(("anna", 1), ("bo", 1));
        await other.ImportAsync([Travelling("carla", "carla", "carla2")], Model, default);
        await SeesAsync(("anna", 1), ("bo", 1), ("carla", 2));
        await other.MergeAsync("carla", "bo", default);
        await SeesAsync(("anna", 1), ("bo", 3));
        await other.RemoveAsync("anna", default);
        await SeesAsync(("bo", 3));
        using (var process = HelperProcess.Start("write", Place, "dora", 2))
        {
            await process.WaitForExitAsync();
        }

        await SeesAsync(("bo", 3), ("dora", 2));
        // One's own changes are there at once.
        await mine.RemoveAsync("dora", default);
        await mine.AddAsync("anna", Model, null, _ => [HelperProcess.Utterance("anna", 0)], default);
        Assert.Equal([("anna", 1), ("bo", 3)], await SeenAsync());

        async Task SeesAsync(params (string, int)[] expected)
        {
            var patience = DateTime.UtcNow + TimeSpan.FromSeconds(20);
            while (!(await SeenAsync()).SequenceEqual(expected) && DateTime.UtcNow < patience)
            {
                await Task.Delay(10);
            }

            Assert.Equal(expected, await SeenAsync());
        }

        async Task<(string, int)[]> SeenAsync() =>
        [
            .. (await mine.GetAllUtterancesAsync(Model, default)).Select(speaker => (speaker.Key, speaker.Value.Count))
                .OrderBy(speaker => speaker.Key, StringComparer.Ordinal),
        ];
    }

    [StoreFact]
    public async Task Follow_EveryKindOfChange_IsToldAndWhatStayedIsNot()
    {
        var (mine, other) = (Open(), Open());
        var feed = ((IFollowedStore)mine).Follow();
        var told = new Follower();
        await SeesAsync();
        // Of so many that a change of one is not everybody.
        for (var i = 0; i < 12; i++)
        {
            await AddAsync($"speaker-{i}", HelperProcess.Utterance($"speaker-{i}", 0));
        }

        await SeesAsync();
        await other.AddAsync("speaker-3", Model, null, _ => [HelperProcess.Utterance("speaker-3", 1)], default);
        await SeesAsync();
        told.Events.Clear();
        await feed.UpdateAsync(Model, told, default);
        Assert.Empty(told.Events);
        foreach (var change in (Func<IEditableStore, Task>[])
                 [
                     store => store.AddAsync("new", Model, null, _ => [HelperProcess.Utterance("new", 0)], default),
                     store => store.RenameAsync("speaker-1", "renamed", default),
                     // A name that was somebody else's, told in one update.
                     async store =>
                     {
                         await store.RenameAsync("speaker-2", "kept", default);
                         await store.RenameAsync("renamed", "speaker-2", default);
                     },
                     store => store.RemoveAsync("speaker-4", default),
                     store => store.MergeAsync("speaker-5", "speaker-6", default),
                     async store =>
                     {
                         var kept = await store.ReadAsync("speaker-3", Model, default);
                         await store.RemoveUtteranceAsync("speaker-3", kept!.Utterances[0].Id, default);
                     },
                     // The last row that was added, and another in its place.
                     async store =>
                     {
                         await store.RemoveAsync("new", default);
                         await store.AddAsync("newer", Model, null, _ => [HelperProcess.Utterance("newer", 9)], default);
                     },
                 ])
        {
            await change(other);
            await SeesAsync();
        }

        await mine.AddAsync("speaker-7", Model, null, _ => [HelperProcess.Utterance("speaker-7", 1)], default);
        told.Events.Clear();
        await feed.UpdateAsync(Model, told, default);
        Assert.Equal(2, told.Speakers["speaker-7"].Count);
        Assert.DoesNotContain("put speaker-11", told.Events);
        await Assert.ThrowsAsync<StoreException>(async () =>
        {
            // One's own change: of another's, word may come after the update, which then has nothing to read.
            await mine.AddAsync("last", Model, null, _ => [HelperProcess.Utterance("last", 0)], default);
            await feed.UpdateAsync(OtherModel, told, default);
        });
        await SeesAsync();

        async Task SeesAsync()
        {
            var patience = DateTime.UtcNow + TimeSpan.FromSeconds(20);
            var expected = await ExpectedAsync();
            do
            {
                await feed.UpdateAsync(Model, told, default);
            }
            while (!told.Shown().SequenceEqual(expected) && DateTime.UtcNow < patience);
            Assert.Equal(expected, told.Shown());
        }

        async Task<IEnumerable<string>> ExpectedAsync()
        {
            var all = new Follower();
            foreach (var (speaker, utterances) in await Open().GetAllUtterancesAsync(Model, default))
            {
                all.Put(speaker, utterances);
            }

            return all.Shown();
        }
    }

    [StoreFact]
    public async Task Open_NewerVersion_IsRefused()
    {
        await AddAsync("anna", HelperProcess.Utterance("anna", 0));
        MakeNewer();
        await RefusedAsync(StoreProblem.NewerVersion, "schema version 99");
    }

    [StoreFact]
    public async Task Open_WhatIsSomethingElse_IsRefusedAndLeftAsItIs()
    {
        MakeForeign();
        await RefusedAsync(StoreProblem.NotAStore, "not a Speaker store");
    }

    [StoreFact(Mounts = true)]
    public async Task ReadOnly_Store_IsReadAndNotWritten()
    {
        await AddAsync("anna", HelperProcess.Utterance("anna", 0));
        using (MakeReadOnly())
        {
            var store = Open();
            AssertSame(
                [HelperProcess.Utterance("anna", 0)], await store.GetUtterancesAsync("anna", Model, default));
            Assert.Single(await store.ListAsync(default));
            foreach (var write in (Func<Task>[])
                     [
                         () => store.AddAsync("boris", Model, null, _ => [HelperProcess.Utterance("boris", 0)], default),
                         () => store.RemoveAsync("anna", default),
                         () => store.RenameAsync("anna", "boris", default),
                     ])
            {
                var exception = await Assert.ThrowsAsync<StoreException>(write);
                Assert.Equal(StoreProblem.NotPermitted, exception.Problem);
                Assert.Contains("cannot be written", exception.Message, StringComparison.Ordinal);
            }
        }

        await AddAsync("boris", HelperProcess.Utterance("boris", 0));
        Assert.Equal(2, (await Open().ListAsync(default)).Count);
    }

    [StoreFact(Mounts = true)]
    public async Task Full_Disk_LosesNothingAndIsUsedAgainWhenThereIsRoom()
    {
        using var disk = new SmallDisk(_folder.Folder("disk"), 40_000);
        using var use = UseDisk(_folder.File("disk"));
        await AddAsync("anna", HelperProcess.Utterance("anna", 0));
        disk.Fill();
        var (kept, refused) = (1, 0);
        // What is left in the pages takes some more.
        while (refused < 5 && kept < 5000)
        {
            try
            {
                await AddAsync("anna", [.. Enumerable.Range(kept, 10).Select(i => HelperProcess.Utterance("anna", i))]);
                kept += 10;
            }
            catch (StoreException exception)
            {
                Assert.Equal(StoreProblem.Full, exception.Problem);
                Assert.Contains("no space left", exception.Message, StringComparison.Ordinal);
                refused++;
            }
        }

        Assert.Equal(5, refused);
        await AssertKeptAsync();
        disk.Empty();
        await AddAsync("anna", HelperProcess.Utterance("anna", kept));
        kept++;
        await AssertKeptAsync();
        Assert.Null((await Open().ExamineAsync(default))!.Damage);
        return;

        async Task AssertKeptAsync() => Assert.Equal(
            Enumerable.Range(0, kept).Select(i => $"anna-{i}.wav"),
            (await Open().GetUtterancesAsync("anna", Model, default)).Select(utterance => utterance.Source));
    }

    /// <summary>A page of the utterances is overwritten: it is said, by every reading of it and by the examination, and
    /// nothing wrong is answered.</summary>
    [StoreFact]
    public async Task Damaged_Page_IsSaid()
    {
        await AddAsync("anna", [.. Enumerable.Range(0, 50).Select(i => HelperProcess.Utterance("anna", i))]);
        Assert.Null((await Open().ExamineAsync(default))!.Damage);
        DamagePages();
        var store = Open();
        foreach (var read in (Func<Task>[])
                 [
                     () => store.GetUtterancesAsync("anna", Model, default),
                     () => store.GetAllUtterancesAsync(Model, default),
                     () => store.ReadAllAsync(Model, default),
                 ])
        {
            var exception = await Assert.ThrowsAsync<StoreException>(read);
            Assert.Equal(StoreProblem.Damaged, exception.Problem);
            Assert.Contains("damaged", exception.Message, StringComparison.Ordinal);
        }

        Assert.NotNull((await store.ExamineAsync(default))!.Damage);
    }

    /// <summary>The program itself, killed from its start to its end: what it said is enrolled is there, and of no enrolment
    /// is there a part.</summary>
    [StoreFact]
    public async Task Killed_AtRandomMomentsOfAnEnrolment_LosesNothingAcknowledged()
    {
        using var model = new TestModel();
        var speaker = new SpeakerProcess(_folder, model.Path);
        string[] recordings =
            [Sounds.WriteSpeech(_folder.File("a.wav"), "de", 0), Sounds.WriteSpeech(_folder.File("b.wav"), "de", 4)];
        (string, string)[] environment =
            [("SPEAKER_STORE", Place), ("Speaker__Enrolment__AllowDuplicates", "true")];
        Assert.Equal(0, speaker.Run(environment, ["enroll", "first", .. recordings]).ExitCode);
        var started = Stopwatch.GetTimestamp();
        Assert.Equal(0, speaker.Run(environment, ["enroll", "second", .. recordings]).ExitCode);
        var whole = Stopwatch.GetElapsedTime(started);

        var acknowledged = new HashSet<string> { "first", "second" };
        var (killed, rounds) = (0, 0);
#pragma warning disable CA5394 // nothing secret about a moment
        var random = new Random(1);
        for (; killed < Kills && rounds < 10 * Kills; rounds++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"guest{rounds}");
            started = Stopwatch.GetTimestamp();
            using var process = speaker.Start(environment, ["enroll", name, .. recordings, "--json"]);
            // How long one takes depends on what else runs here.
            if (process.WaitForExit(whole * (0.2 + random.NextDouble())))
            {
                whole = (whole + Stopwatch.GetElapsedTime(started)) / 2;
            }
            else
            {
                process.Kill();
                killed++;
                whole *= 1.05;
            }

            await process.WaitForExitAsync();
            if ((await process.StandardOutput.ReadToEndAsync()).Contains("\"speaker\"", StringComparison.Ordinal))
            {
                acknowledged.Add(name);
            }
        }
#pragma warning restore CA5394

        var store = Open();
        Assert.Null((await store.ExamineAsync(default))!.Damage);
        var kept = (await store.ReadAllAsync(model.Hash, default)).ToDictionary(each => each.Name, each => each.Utterances);
        Assert.All(kept.Values, utterances => Assert.Equal(2, utterances.Count));
        Assert.Subset(kept.Keys.ToHashSet(), acknowledged);
        log.WriteLine(
            $"{rounds} enrolments, {killed} killed, {acknowledged.Count - 2} acknowledged, {kept.Count - acknowledged.Count} " +
            "committed and killed before they said so, 0 lost, 0 in part");
        Assert.Equal(Kills, killed);
    }

    /// <summary>Whether anything is at the place.</summary>
    protected abstract bool Exists();

    /// <summary>Gives the store a version that does not exist yet.</summary>
    protected abstract void MakeNewer();

    /// <summary>Puts something else at the place.</summary>
    protected abstract void MakeForeign();

    /// <summary>Nobody can write until it is disposed.</summary>
    protected abstract IDisposable MakeReadOnly();

    /// <summary>The store is on this file system, and no longer when this is disposed.</summary>
    protected abstract IDisposable UseDisk(string folder);

    /// <summary>Overwrites the pages with the utterances.</summary>
    protected abstract void DamagePages();

    internal IEditableStore Open(double busySeconds = 60, TimeProvider? time = null)
    {
        var store = HelperProcess.OpenStore(Place, busySeconds, time);
        if (store is IDisposable disposable)
        {
            lock (_open)
            {
                _open.Add(disposable);
            }
        }

        return store;
    }

    internal Task AddAsync(string speaker, params StoredUtterance[] utterances) =>
        Open().AddAsync(speaker, Model, null, _ => utterances, default);

    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            _open.ForEach(store => store.Dispose());
            _folder.Dispose();
        }
    }

    private async Task RefusedAsync(StoreProblem problem, string message)
    {
        var store = Open();
        foreach (var use in (Func<Task>[])
                 [
                     () => store.ListAsync(default),
                     () => store.AddAsync("boris", Model, null, _ => [HelperProcess.Utterance("boris", 0)], default),
                     () => store.PrepareAsync(Model, default),
                 ])
        {
            var exception = await Assert.ThrowsAsync<StoreException>(use);
            Assert.Equal(problem, exception.Problem);
            Assert.Contains(message, exception.Message, StringComparison.Ordinal);
        }
    }

    private static KeptSpeaker Travelling(string name, params string[] utterances)
    {
        var at = new DateTimeOffset(2025, 1, 2, 3, 4, 5, TimeSpan.Zero);
        return new KeptSpeaker(
            name, at, "travelled", at,
            [.. utterances.Select((each, i) => new KeptUtterance(
                0, HelperProcess.Utterance(each, 0), at + TimeSpan.FromMicroseconds(i + 1)))]);
    }

    private static void AssertSame(IReadOnlyList<StoredUtterance> expected, IReadOnlyList<StoredUtterance> read)
    {
        Assert.Equal(expected.Select(each => each.Source), read.Select(each => each.Source));
        Assert.Equal(expected.Select(each => each.Embedding), read.Select(each => each.Embedding));
        Assert.Equal(expected.Select(each => each.SpeechSeconds), read.Select(each => each.SpeechSeconds));
    }

    /// <summary>What a feed told.</summary>
    private sealed class Follower : IGalleryFollower
    {
        public Dictionary<string, IReadOnlyList<StoredUtterance>> Speakers { get; } = [];

        public List<string> Events { get; } = [];

        public void Clear()
        {
            Events.Add("clear");
            Speakers.Clear();
        }

        public void Put(string speaker, IReadOnlyList<StoredUtterance> utterances)
        {
            Events.Add($"put {speaker}");
            Speakers[speaker] = utterances;
        }

        public void Remove(string speaker)
        {
            Events.Add($"remove {speaker}");
            Speakers.Remove(speaker);
        }

        private static string Line(StoredUtterance utterance) =>
            $"{utterance.Source} {utterance.SpeechSeconds} {string.Join(' ', utterance.Embedding)}";

        /// <summary>A line for each speaker with every value of every utterance.</summary>
        public IEnumerable<string> Shown() =>
        [
            .. Speakers.OrderBy(speaker => speaker.Key, StringComparer.Ordinal).Select(speaker =>
                $"{speaker.Key}: {string.Join(" | ", speaker.Value.Select(Line))}"),
        ];
    }
}
