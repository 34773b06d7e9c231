using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Cli;

/// <summary>Recordings that are kept in PostgreSQL, and what they are kept for: another model.</summary>
[NeedsPostgres]
[Collection(PostgresTests.Name)]
public sealed class PostgresMigrateTests(PostgresFixture fixture) : MigrateConformance(new TestModel())
{
    private readonly PostgresServer _server = fixture.Server;
    private readonly string _place = fixture.Server.NewDatabase();

    protected override string Place => _place;

    protected override int Kept() =>
        (int)(long)Execute("SELECT count(DISTINCT utterance_id) FROM speaker.recording")!;

    protected override void LoseLast() => Execute(
        "DELETE FROM speaker.recording WHERE utterance_id = (SELECT max(utterance_id) FROM speaker.recording)");

    /// <summary>That the server does not give one is no reason to leave it out.</summary>
    [StoreFact]
    public async Task Migrate_ServerFailsWhileItIsListenedTo_ChangesNothing()
    {
        Enrol(Keeping, "anna", Speech(0));
        var before = await EmbeddingsAsync(Model.Hash);
        Execute("ALTER TABLE speaker.recording RENAME COLUMN sound TO noise");
        var failed = Run("migrate", "--model", Model.OtherPath, "--leave-out");
        Assert.Equal(3, failed.ExitCode);
        Assert.Contains("is damaged", failed.Error, StringComparison.Ordinal);
        Assert.Equal(before, await EmbeddingsAsync(Model.Hash));
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
        {
            Model.Dispose();
        }
    }

    private object? Execute(string sql) => _server.Execute(PostgresServer.DatabaseOf(Place), sql);
}
