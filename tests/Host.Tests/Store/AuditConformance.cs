using Speaker.Enrolment;
using Speaker.Enrolment.Audit;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Store;

/// <summary>The audit log of a store, whatever keeps it: what is in it, and how a change of it is found.</summary>
public abstract class AuditConformance : IDisposable
{
    private const string Model = HelperProcess.Model;

    private readonly List<IDisposable> _open = [];

    /// <summary>Where the store is: a file or an address.</summary>
    protected abstract string Place { get; }

    internal TemporaryFolder Folder { get; } = new();

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    [StoreFact]
    public async Task EveryChange_OfAStore_IsInTheLogWithoutANameAndChained()
    {
        AuditActor.Current = "user tester";
        var time = new ManualTime(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
        var store = Open(time);
        await store.AddAsync("anna-lee", Model, "door", _ => [Utterance(0), Utterance(1)], default);
        // Nothing was added: nothing is told.
        await store.AddAsync("anna-lee", Model, null, _ => [], default);
        Assert.False(await store.RemoveAsync("nobody", default));
        await store.RenameAsync("anna-lee", "anna-may", default);
        await store.ImportAsync(
            [(await store.ReadAsync("anna-may", Model, default))! with { Name = "boris-lee" }], Model, default);
        await store.RemoveUtteranceAsync(
            "boris-lee", (await store.ReadAsync("boris-lee", Model, default))!.Utterances[0].Id, default);
        await store.MergeAsync("anna-may", "boris-lee", default);
        await store.RecordAsync(AuditAction.Verify, "boris-lee", "outcome=Accepted", default);
        await store.RecordAsync(AuditAction.Identify, null, "outcome=Rejected", default);
        time.Advance(TimeSpan.FromDays(10));
        await store.AddAsync("carla-lee", Model, null, _ => [Utterance(5)], default);
        var expired = await store.ExpireAsync(time.GetUtcNow() - TimeSpan.FromDays(5), default);
        await store.RemoveAsync("carla-lee", default);

        Assert.Equal(new ExpiredVoiceprints(2, 1), expired);
        var log = await store.ReadAuditAsync(0, 100, default);
        Assert.Equal(
            ["enrol", "rename", "import", "removeUtterance", "merge", "verify", "identify", "enrol", "expire", "remove"],
            log.Select(entry => entry.Action));
        Assert.Equal(Enumerable.Range(1, log.Count).Select(i => (long)i), log.Select(entry => entry.Sequence));
        Assert.All(log, entry => Assert.Equal("user tester", entry.Actor));
        Assert.Equal(new DateTimeOffset(2026, 3, 11, 12, 0, 0, TimeSpan.Zero), log[^1].At);
        // One speaker is one subject; another is another.
        Assert.Equal(log[0].Subject, log[1].Subject);
        Assert.Equal($"from={log[0].Subject}", log[4].Detail);
        Assert.Equal(
            3, log.Where(entry => entry.Subject is not null).Select(entry => entry.Subject).Distinct().Count());
        Assert.Null(log[6].Subject);
        // Everybody was removed: no entry says who it was.
        Assert.All(log, entry => Assert.Null(entry.Speaker));
        Assert.All(log, entry => Assert.DoesNotContain("lee", entry.ToString(), StringComparison.Ordinal));
        await IntactAsync(log.Count);
    }

    /// <summary>An enrolment that fails leaves no entry, as it leaves nothing.</summary>
    [StoreFact]
    public async Task EndedChange_LeavesNoEntry()
    {
        var store = Open();
        await store.AddAsync("anna", Model, null, _ => [Utterance(0)], default);
        await store.AddAsync("boris", Model, null, _ => [Utterance(1)], default);
        await Assert.ThrowsAsync<ArgumentException>(() => store.RenameAsync("anna", "boris", default));
        await Assert.ThrowsAsync<InvalidOperationException>(() => store.AddAsync(
            "anna", Model, null, _ => throw new InvalidOperationException("no"), default));
        Assert.Equal(["anna", "boris"], (await store.ReadAuditAsync(0, 9, default)).Select(entry => entry.Speaker));
        Assert.Equal(2, Assert.Single(await store.ReadAuditAsync(1, 9, default)).Sequence);
        Assert.Single(await store.ReadAuditAsync(0, 1, default));
    }

    [StoreFact]
    public async Task Add_ByManyAtOnce_IsOneChain()
    {
        const int Writers = 8;
        const int Each = 5;
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            var store = Open();
            for (var i = 0; i < Each; i++)
            {
                await store.AddAsync(
                    $"speaker-{writer}", Model, null, _ => [Utterance((writer * Each) + i)], default);
            }
        })));
        await IntactAsync(Writers * Each);
    }

    [StoreFact]
    public async Task Tampered_Log_SaysWhereItBreaks()
    {
        var store = Open();
        for (var i = 0; i < 6; i++)
        {
            await store.AddAsync("anna", Model, null, _ => [Utterance(i)], default);
        }

        var head = (await CheckAsync()).Head!;
        // The store refuses to change it.
        Assert.ThrowsAny<Exception>(() => Execute("UPDATE {audit} SET actor = 'nobody' WHERE sequence = 3"));
        Assert.ThrowsAny<Exception>(() => Execute("DELETE FROM {audit} WHERE sequence = 3"));
        Assert.Null((await CheckAsync(Hex(head))).Problem);

        // Somebody who may do everything does it nevertheless.
        RemoveTriggers();
        Execute("CREATE TABLE {kept} AS SELECT * FROM {audit}");
        foreach (var (change, problem) in ((string, string)[])
                 [
                     ("UPDATE {audit} SET actor = 'nobody' WHERE sequence = 3", "entry 3 was changed"),
                     ("UPDATE {audit} SET subject = NULL WHERE sequence = 4", "entry 4 was changed"),
                     ("DELETE FROM {audit} WHERE sequence = 3", "entry 3 is missing"),
                     ("DELETE FROM {audit} WHERE sequence < 3", "entries 1 to 2 are missing"),
                     // Moved up to where one was removed.
                     ("DELETE FROM {audit} WHERE sequence = 3; UPDATE {audit} SET sequence = 3 WHERE sequence = 4",
                         "entry 3 was changed"),
                     ("UPDATE {audit} SET sequence = 99 WHERE sequence = 2; UPDATE {audit} SET sequence = 2 WHERE " +
                         "sequence = 3; UPDATE {audit} SET sequence = 3 WHERE sequence = 99", "entry 2 was changed"),
                     ("DELETE FROM {audit} WHERE sequence = 6", "were removed from the end"),
                     ("DELETE FROM {audit}", "were removed from the end"),
                 ])
        {
            Execute(change);
            Assert.Contains(problem, (await CheckAsync(Hex(head))).Problem, StringComparison.Ordinal);
            Execute("DELETE FROM {audit}; INSERT INTO {audit} SELECT * FROM {kept}");
            Assert.Null((await CheckAsync(Hex(head))).Problem);
        }

        // Without the head a log that was cut off looks whole; with it whatever follows is in order.
        Execute("DELETE FROM {audit} WHERE sequence = 6");
        Assert.Null((await CheckAsync()).Problem);
        await store.AddAsync("anna", Model, null, _ => [Utterance(9)], default);
        Assert.Null((await CheckAsync()).Problem);
        Assert.NotNull((await CheckAsync(Hex(head))).Problem);

        static string Hex(AuditHead head) => Convert.ToHexStringLower(head.Hash);
    }

    /// <summary>Whoever replaces an entry and makes its hash right breaks the next one.</summary>
    [StoreFact]
    public async Task ReplacedEntry_WithARightHash_DoesNotFollow()
    {
        var store = Open();
        for (var i = 0; i < 3; i++)
        {
            await store.AddAsync("anna", Model, null, _ => [Utterance(i)], default);
        }

        var log = (await store.ReadAuditAsync(0, 9, default)).ToArray();
        log[1] = log[1] with { Actor = "nobody" };
        log[1] = log[1] with { Hash = log[1].ComputeHash() };
        var check = new AuditCheck(null);
        Assert.False(check.Add(log));
        Assert.Contains("entry 3 does not follow", check.Problem, StringComparison.Ordinal);
        Assert.Equal(2, check.Entries);
    }

    /// <summary>Runs statements in which {audit} is the table, and {kept} one of the test's own.</summary>
    protected abstract void Execute(string sql);

    /// <summary>Takes away what refuses to change the log.</summary>
    protected abstract void RemoveTriggers();

    internal IEditableStore Open(TimeProvider? time = null)
    {
        var store = HelperProcess.OpenStore(Place, time: time);
        if (store is IDisposable disposable)
        {
            lock (_open)
            {
                _open.Add(disposable);
            }
        }

        return store;
    }

    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            _open.ForEach(store => store.Dispose());
            Folder.Dispose();
        }
    }

    private async Task<AuditCheck> CheckAsync(string? head = null)
    {
        var check = new AuditCheck(head);
        check.Add(await Open().ReadAuditAsync(0, 1000, default));
        return check;
    }

    private async Task IntactAsync(int entries)
    {
        var check = await CheckAsync();
        Assert.Null(check.Problem);
        Assert.Equal(entries, check.Entries);
    }

    /// <summary>Its source says nothing of whose it is.</summary>
    private static StoredUtterance Utterance(int number) => HelperProcess.Utterance("x", number);
}
