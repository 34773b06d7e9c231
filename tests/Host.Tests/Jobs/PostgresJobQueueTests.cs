using Speaker.Host.Tests.Support;
using Xunit.Abstractions;

namespace Speaker.Host.Tests.Jobs;

/// <summary>The contract of a queue, kept by PostgreSQL.</summary>
[NeedsPostgres]
[Collection(PostgresTests.Name)]
public sealed class PostgresJobQueueTests(PostgresFixture fixture, ITestOutputHelper log) : JobQueueConformance(log)
{
    private readonly PostgresServer _server = fixture.Server;

    protected override string Place { get; } = fixture.Server.NewDatabase();

    private string Database => PostgresServer.DatabaseOf(Place);

    /// <summary>Either may be the first in a database.</summary>
    [StoreFact]
    public async Task Queue_AndStoreInOneDatabase_LeaveEachOtherAlone()
    {
        await Open().PutAsync(Job(), default);
        var store = HelperProcess.OpenStore(Place);
        using var disposed = store as IDisposable;
        Assert.Empty(await store.ListAsync(default));
        await store.AddAsync("anna", HelperProcess.Model, null, _ => [HelperProcess.Utterance("anna", 0)], default);
        Assert.Single(await Open().ListAsync(null, 10, default));
    }

    protected override bool Exists() =>
        _server.Execute(Database, "SELECT to_regnamespace('speaker_queue')::text") is string;

    protected override void MakeNewer() =>
        _server.Execute(Database, "INSERT INTO speaker_queue.queue_version (version) VALUES (99)");

    protected override void MakeForeign()
    {
        _server.Execute(Database, "DROP SCHEMA speaker_queue CASCADE");
        _server.Execute(Database, "CREATE SCHEMA speaker_queue CREATE TABLE loud (watts integer)");
    }
}
