using Speaker.Audio;
using Speaker.Enrolment;
using Speaker.Host.Tests.Support;
using Speaker.Postgres;
using Xunit.Abstractions;

namespace Speaker.Host.Tests.Store;

/// <summary>What is PostgreSQL's own in the store that it keeps: versions, users, connections that are lost.</summary>
[NeedsPostgres]
[Collection(PostgresTests.Name)]
public sealed class PostgresFaultTests(PostgresFixture fixture, ITestOutputHelper log) : IDisposable
{
    private const string Model = HelperProcess.Model;

    private readonly PostgresServer _server = fixture.Server;
    private readonly TemporaryFolder _folder = new();
    private readonly List<IDisposable> _open = [];

    public void Dispose()
    {
        _open.ForEach(store => store.Dispose());
        _folder.Dispose();
    }

    [StoreFact]
    public async Task Open_StoreOfVersionOne_IsBroughtUpToDateWithWhatIsInIt()
    {
        var place = _server.NewDatabase();
        var database = PostgresServer.DatabaseOf(place);
        using (var connections = Connect(place, out var schema))
        {
            Assert.Equal(1, await connections.WriteAsync(
                transaction => schema.MigrateAsync(transaction, 1, default), default));
        }

        _server.Execute(database, "INSERT INTO speaker.speaker (name, enrolled_at) VALUES ('anna', now())");
        // Several at once, of which one takes the step.
        var lists = await Task.WhenAll(
            Enumerable.Range(0, 6).Select(_ => Task.Run(() => Open(place).ListAsync(default))));
        Assert.All(lists, list => Assert.Equal("anna", Assert.Single(list).Name));
        Assert.Equal("1,2,3,4", _server.Execute(
            database, "SELECT string_agg(version::text, ',' ORDER BY version) FROM speaker.store_version"));
    }

    /// <summary>A step that fails is undone whole.</summary>
    [StoreFact]
    public async Task Open_StepThatFails_LeavesTheVersionBefore()
    {
        var place = _server.NewDatabase();
        var database = PostgresServer.DatabaseOf(place);
        using (var connections = Connect(place, out var schema))
        {
            await connections.WriteAsync(
                transaction => schema.MigrateAsync(transaction, 1, default), default);
        }

        _server.Execute(database, "CREATE FUNCTION speaker.tell_all() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END'");
        await Assert.ThrowsAsync<StoreException>(() => Open(place).ListAsync(default));
        Assert.Equal(1, _server.Execute(database, "SELECT max(version) FROM speaker.store_version"));
        Assert.Equal(DBNull.Value, _server.Execute(database, "SELECT to_regproc('speaker.tell_speaker')::text"));
        _server.Execute(database, "DROP FUNCTION speaker.tell_all()");
        Assert.Empty(await Open(place).ListAsync(default));
    }

    [StoreFact]
    public async Task Password_OfAddressFileOrNone_LetsInOrIsAskedForAndNeverShown()
    {
        const string Password = PostgresServer.Password;
        var place = _server.NewDatabase();
        var database = PostgresServer.DatabaseOf(place);
        _server.Execute(database, $"GRANT CREATE ON DATABASE {database} TO secretive");
        var address = _server.Address(database, "secretive");
        var file = _folder.File("pgpass");
        File.WriteAllText(file, $"*:*:*:secretive:{Password}\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        foreach (var right in (string[])[$"{address}&passfile={file}", $"{address}&password={Password}"])
        {
            var store = Open(right);
            await store.AddAsync("anna", Model, null, _ => [HelperProcess.Utterance("anna", 0)], default);
            Assert.DoesNotContain(Password, store.Location, StringComparison.Ordinal);
            // A connection of its own, which needs the password anew.
            Assert.Single(await store.GetAllUtterancesAsync(Model, default));
            Assert.Single(await store.GetAllUtterancesAsync(Model, default));
        }

        var others = _folder.File("of-others");
        File.WriteAllText(others, $"*:*:*:somebody:{Password}\n");
        File.SetUnixFileMode(others, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        foreach (var wrong in (string[])[$"{address}&password=wrong-{Password}", $"{address}&passfile={others}"])
        {
            var exception = await Assert.ThrowsAsync<StoreException>(() => Open(wrong).ListAsync(default));
            Assert.DoesNotContain(Password, exception.ToString(), StringComparison.Ordinal);
            Assert.Contains("password", exception.Message, StringComparison.OrdinalIgnoreCase);
        }
    }

    [StoreFact]
    public async Task User_WhoMayNotWrite_IsToldAndReads()
    {
        var place = _server.NewDatabase();
        var database = PostgresServer.DatabaseOf(place);
        _server.Execute("postgres", "DROP ROLE IF EXISTS reader; CREATE ROLE reader LOGIN");
        var asReader = Open(_server.Address(database, "reader"));
        var refused = await Assert.ThrowsAsync<StoreException>(
            () => asReader.AddAsync("anna", Model, null, _ => [HelperProcess.Utterance("anna", 0)], default));
        Assert.Equal(StoreProblem.NotPermitted, refused.Problem);
        Assert.Contains("grant", refused.Message, StringComparison.Ordinal);

        await Open(place).AddAsync("anna", Model, null, _ => [HelperProcess.Utterance("anna", 0)], default);
        refused = await Assert.ThrowsAsync<StoreException>(() => asReader.ListAsync(default));
        Assert.Equal(StoreProblem.NotPermitted, refused.Problem);
        _server.Execute(
            database, "GRANT USAGE ON SCHEMA speaker TO reader; GRANT SELECT ON ALL TABLES IN SCHEMA speaker TO reader");
        Assert.Single(await asReader.ListAsync(default));
        refused = await Assert.ThrowsAsync<StoreException>(() => asReader.RemoveAsync("anna", default));
        Assert.Equal(StoreProblem.NotPermitted, refused.Problem);
        _server.Execute(database, "DROP OWNED BY reader; DROP ROLE reader");
    }

    [StoreFact]
    public async Task Server_ThatIsNotThere_IsSaidWithItsAddress()
    {
        var place = $"postgresql://postgres@/x?host={_folder.Root}";
        var exception = await Assert.ThrowsAsync<StoreException>(() => Open(place).ListAsync(default));
        Assert.Equal(StoreProblem.Failed, exception.Problem);
        Assert.Contains("cannot be reached", exception.Message, StringComparison.Ordinal);
        Assert.Contains(_folder.Root, exception.Message, StringComparison.Ordinal);
        exception = await Assert.ThrowsAsync<StoreException>(
            () => Open(_server.Address("not_there")).ListAsync(default));
        Assert.Contains("createdb", exception.Message, StringComparison.Ordinal);
    }

    [StoreFact]
    public async Task Texts_ThatPostgresDoesNotKeep_AreKeptWithAReplacement()
    {
        var store = Open(_server.NewDatabase());
        await store.AddAsync(
            "anna", Model, "a\0b", _ => [HelperProcess.Utterance("anna", 0) with { Source = "half \uD83D" }], default);
        var kept = (await store.ReadAsync("anna", Model, default))!;
        Assert.Equal(("a\uFFFDb", "half \uFFFD"), (kept.Consent, kept.Utterances[0].Utterance.Source));
        Assert.Empty(await store.GetUtterancesAsync("an\0na", Model, default));
    }

    /// <summary>Decisions may be made with the quality of what is enrolled.</summary>
    [StoreFact]
    public async Task Get_QualityOfTheRecordings_ComesBack()
    {
        var quality = new AudioQuality(0.5, 0.01, -20, null, 7875);
        var store = Open(_server.NewDatabase());
        await store.AddAsync(
            "anna", Model, null,
            _ => [HelperProcess.Utterance("anna", 0), HelperProcess.Utterance("anna", 1) with { Quality = quality }], default);
        Assert.Equal(
            [null, quality], (await store.GetUtterancesAsync("anna", Model, default)).Select(utterance => utterance.Quality));
        for (var i = 0; i < 2; i++)
        {
            var all = await store.GetAllUtterancesAsync(Model, default);
            Assert.Equal([null, quality], all["anna"].Select(utterance => utterance.Quality));
        }
    }

    /// <summary>Connections that wait for work are lost: nobody notices.</summary>
    [StoreFact]
    public async Task Connections_LostBetweenCalls_AreReplaced()
    {
        var place = _server.NewDatabase();
        var database = PostgresServer.DatabaseOf(place);
        var store = Open(place);
        for (var i = 0; i < 5; i++)
        {
            await store.AddAsync("anna", Model, null, _ => [HelperProcess.Utterance("anna", i)], default);
            Assert.Equal(i + 1, (await store.GetUtterancesAsync("anna", Model, default)).Count);
            Assert.Equal(i + 1, (await store.GetAllUtterancesAsync(Model, default))["anna"].Count);
            Assert.True(_server.Terminate(database) > 0);
            // Meanwhile nobody hears, and somebody changes the store.
            _server.Execute(
                database, "UPDATE speaker.utterance SET source = 'changed', speech_seconds = speech_seconds + 1");
            var patience = DateTime.UtcNow + TimeSpan.FromSeconds(20);
            while ((await store.GetAllUtterancesAsync(Model, default))["anna"].Any(each => each.Source != "changed"))
            {
                // The end of a connection is heard of as its notifications are: a moment later.
                Assert.True(DateTime.UtcNow < patience, "the change was not heard of");
                await Task.Delay(5);
            }
        }
    }

    /// <summary>Changes that another program makes by SQL are heard of too.</summary>
    [StoreFact]
    public async Task GetAll_ChangedBySql_IsInStep()
    {
        var place = _server.NewDatabase();
        var database = PostgresServer.DatabaseOf(place);
        var store = Open(place);
        foreach (var name in (string[])["anna", "boris", "carla"])
        {
            await store.AddAsync(name, Model, null, _ => [HelperProcess.Utterance(name, 0)], default);
        }

        await SeesAsync("anna", "boris", "carla");
        await SeesAsync("anna", "boris", "carla");
        _server.Execute(database, "DELETE FROM speaker.speaker WHERE name = 'anna'");
        await SeesAsync("boris", "carla");
        _server.Execute(database, "UPDATE speaker.speaker SET name = 'bo' WHERE name = 'boris'");
        await SeesAsync("bo", "carla");
        _server.Execute(database, "TRUNCATE speaker.utterance CASCADE");
        await SeesAsync();

        async Task SeesAsync(params string[] names)
        {
            var patience = DateTime.UtcNow + TimeSpan.FromSeconds(20);
            IEnumerable<string> seen;
            do
            {
                seen = (await store.GetAllUtterancesAsync(Model, default)).Keys.Order(StringComparer.Ordinal);
            }
            while (!seen.SequenceEqual(names) && DateTime.UtcNow < patience);

            Assert.Equal(names, seen);
        }
    }

    /// <summary>Connections are cut while enrolments run, also in their commit: what was acknowledged is there, and what was
    /// refused is not.</summary>
    [StoreFact]
    public async Task Connections_CutDuringEnrolments_LoseNothingAcknowledgedAndAddNothingRefused()
    {
        const int Writers = 4;
        const int Each = 75;
        var place = _server.NewDatabase();
        var database = PostgresServer.DatabaseOf(place);
        var store = Open(place);
        await store.PrepareAsync(Model, default);
        using var end = new CancellationTokenSource();
        var cutting = Task.Run(async () =>
        {
            var cut = 0L;
            while (!end.IsCancellationRequested)
            {
                cut += _server.Terminate(database, "state IN ('active', 'idle in transaction')");
                await Task.Delay(5);
            }

            return cut;
        });
        var refused = 0;
        var acknowledged = await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            var kept = new List<string>();
            for (var i = 0; i < Each; i++)
            {
                try
                {
                    await store.AddAsync(
                        $"speaker{writer}", Model, null, _ => [HelperProcess.Utterance($"speaker{writer}", i)], default);
                    kept.Add($"speaker{writer}-{i}.wav");
                }
                catch (StoreException exception)
                {
                    Assert.Equal(StoreProblem.Failed, exception.Problem);
                    Interlocked.Increment(ref refused);
                }
            }

            return kept;
        })));
        await end.CancelAsync();
        var cuts = await cutting;
        log.WriteLine($"{Writers * Each} enrolments, {cuts} connections cut, {refused} refused, 0 lost, 0 unacknowledged");
        for (var writer = 0; writer < Writers; writer++)
        {
            Assert.Equal(
                acknowledged[writer],
                (await store.GetUtterancesAsync($"speaker{writer}", Model, default)).Select(each => each.Source));
        }

        Assert.True(refused > 0, "no connection was cut at work");
    }

    /// <summary>The server itself is killed while enrolments run, and starts again.</summary>
    [StoreFact]
    public async Task Server_KilledDuringEnrolments_LosesNothingAcknowledged()
    {
        const int Crashes = 3;
        using var server = new PostgresServer();
        var store = Open(server.NewDatabase());
        var (acknowledged, refused) = (new List<string>(), 0);
        using var end = new CancellationTokenSource();
        var writing = Task.Run(async () =>
        {
            for (var i = 0; !end.IsCancellationRequested; i++)
            {
                try
                {
                    await store.AddAsync("anna", Model, null, _ => [HelperProcess.Utterance("anna", i)], default);
                    acknowledged.Add($"anna-{i}.wav");
                }
                catch (StoreException)
                {
                    refused++;
                }
            }
        });
        for (var i = 0; i < Crashes; i++)
        {
            await Task.Delay(300);
            server.Crash();
            server.Start();
        }

        await Task.Delay(300);
        await end.CancelAsync();
        await writing;
        log.WriteLine($"{Crashes} crashes, {acknowledged.Count} acknowledged, {refused} refused");
        Assert.NotEmpty(acknowledged);
        Assert.Equal(
            acknowledged, (await store.GetUtterancesAsync("anna", Model, default)).Select(each => each.Source));
    }

    private static PostgresConnections Connect(string place, out PostgresSchema schema)
    {
        schema = new PostgresSchema("", place);
        return new PostgresConnections(PostgresAddress.Parse(place), place, schema.Quoted, TimeSpan.FromSeconds(10));
    }

    private IEditableStore Open(string place)
    {
        var store = HelperProcess.OpenStore(place);
        lock (_open)
        {
            _open.Add((IDisposable)store);
        }

        return store;
    }
}
