using Speaker.Enrolment;
using Speaker.Host.Tests.Support;
using Speaker.Postgres;

namespace Speaker.Host.Tests.Store;

/// <summary>A tenant in PostgreSQL is a schema: no statement of the store names another.</summary>
[NeedsPostgres]
[Collection(PostgresTests.Name)]
public sealed class PostgresSchemaTests(PostgresFixture fixture) : IDisposable
{
    private const string Model = HelperProcess.Model;

    private readonly PostgresServer _server = fixture.Server;
    private readonly string _place = fixture.Server.NewDatabase();
    private readonly List<PostgresVoiceprintStore> _open = [];

    private string Database => PostgresServer.DatabaseOf(_place);

    public void Dispose() => _open.ForEach(store => store.Dispose());

    /// <summary>There is no schema "speaker" here: a statement that names it fails.</summary>
    [StoreFact]
    public async Task EveryOperation_OfATenant_WorksWithoutTheStoreItself()
    {
        var store = Open("acme-1");
        await store.PrepareAsync(Model, default);
        foreach (var name in (string[])["anna", "boris", "carla"])
        {
            await store.AddAsync(name, Model, "door", _ => [HelperProcess.Utterance(name, 0)], default);
        }

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(3, (await store.GetAllUtterancesAsync(Model, default)).Count);
        }

        Assert.Single(await store.GetUtterancesAsync("anna", Model, default));
        Assert.Equal(3, (await store.ListAsync(default)).Count);
        Assert.True(await store.RenameAsync("boris", "bo", default));
        Assert.True(await store.MergeAsync("bo", "anna", default));
        var anna = (await store.ReadAsync("anna", Model, default))!;
        Assert.Equal(1, await store.RemoveUtteranceAsync("anna", anna.Utterances[1].Id, default));
        Assert.True(await store.RemoveAsync("carla", default));
        var all = await store.ReadAllAsync(Model, default);
        Assert.Equal(0, await store.ImportAsync(all, Model, default));
        Assert.Equal(1, await Open("beta").ImportAsync(all, Model, default));
        Assert.Null((await store.ExamineAsync(default))!.Damage);
        var sound = RecordingConformance.Sound(1, 1000);
        using (var copies = store.BeginCopies()!)
        {
            var heard = RecordingConformance.Heard(copies, "dora", 0, sound);
            await store.AddAsync("dora", Model, null, _ => [heard], default);
        }

        var outdated = await store.ReadOutdatedAsync("model-b", default);
        Assert.Equal(sound, RecordingConformance.Samples(outdated.Single(each => each.Recording is not null)));
        await store.ReplaceOutdatedAsync(
            outdated, outdated.Select(each => new RenewedUtterance(each.Id, Vectors.Random(1, 16), 1)), "model-b",
            default);
        Assert.Equal(2, (await store.ReadAllAsync("model-b", default)).Count);
        Assert.Single(await Open("beta").ReadAllAsync(Model, default));
        Assert.Equal("speaker_tenant_acme-1,speaker_tenant_beta", Schemas());
    }

    /// <summary>Each hears of its own changes, whoever makes them.</summary>
    [StoreFact]
    public async Task GetAll_ChangedBySqlInOneTenant_IsHeardThereAndNotElsewhere()
    {
        PostgresVoiceprintStore[] stores = [Open(""), Open("acme-1"), Open("beta")];
        foreach (var store in stores)
        {
            await store.AddAsync("anna", Model, null, _ => [HelperProcess.Utterance("anna", 0)], default);
            await store.GetAllUtterancesAsync(Model, default);
            await store.GetAllUtterancesAsync(Model, default);
        }

        _server.Execute(Database, "UPDATE \"speaker_tenant_acme-1\".speaker SET name = 'zoe'");
        var patience = DateTime.UtcNow + TimeSpan.FromSeconds(20);
        while (!(await stores[1].GetAllUtterancesAsync(Model, default)).ContainsKey("zoe"))
        {
            Assert.True(DateTime.UtcNow < patience, "the change was not heard of");
            await Task.Delay(5);
        }

        Assert.Equal(["anna"], (await stores[0].GetAllUtterancesAsync(Model, default)).Keys);
        Assert.Equal(["anna"], (await stores[2].GetAllUtterancesAsync(Model, default)).Keys);
        Assert.Equal("speaker,speaker_tenant_acme-1,speaker_tenant_beta", Schemas());
    }

    /// <summary>An enrolment that does not end keeps its own tenant's changes waiting and nobody else's.</summary>
    [StoreFact]
    public async Task Locks_OfOneTenant_AreNotAnothers()
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var end = new ManualResetEventSlim();
        var held = Open("acme-1").AddAsync(
            "anna", Model, null,
            _ =>
            {
                begun.SetResult();
                end.Wait();
                return [HelperProcess.Utterance("anna", 0)];
            },
            default);
        await begun.Task;
        var other = Open("beta", busySeconds: 1);
        await other.AddAsync("anna", Model, null, _ => [HelperProcess.Utterance("anna", 0)], default);
        Assert.True(await other.RemoveAsync("anna", default));
        var failure = await Assert.ThrowsAsync<StoreException>(
            () => Open("acme-1", busySeconds: 1).RemoveAsync("anna", default));
        Assert.Equal(StoreProblem.InUse, failure.Problem);
        Assert.Contains("tenant acme-1", failure.Message, StringComparison.Ordinal);
        end.Set();
        await held;
    }

    private string? Schemas() => (string?)_server.Execute(
        Database, "SELECT string_agg(nspname, ',' ORDER BY nspname) FROM pg_namespace WHERE nspname LIKE 'speaker%'");

    private PostgresVoiceprintStore Open(string tenant, double busySeconds = 60)
    {
        var store = new PostgresVoiceprintStore(
            new StoreOptions
            {
                Path = _place, Tenant = tenant, BusyTimeoutSeconds = busySeconds, KeepRecordings = true,
            },
            TimeProvider.System);
        _open.Add(store);
        return store;
    }
}
