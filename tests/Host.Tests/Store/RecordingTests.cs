using Speaker.Enrolment.Sqlite;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Store;

/// <summary>Recordings that are kept in a folder beside an SQLite file.</summary>
public sealed class SqliteRecordingTests : RecordingConformance
{
    protected override string Place => Folder.File("data", "voiceprints.db");

    protected override int Kept() => Directory.GetFiles(KeptRecordings.FolderOf(Place)).Length;
}

/// <summary>Recordings that are kept in PostgreSQL.</summary>
[NeedsPostgres]
[Collection(PostgresTests.Name)]
public sealed class PostgresRecordingTests(PostgresFixture fixture) : RecordingConformance
{
    private readonly PostgresServer _server = fixture.Server;
    private readonly string _place = fixture.Server.NewDatabase();

    protected override string Place => _place;

    protected override int Kept() => (int)(long)_server.Execute(
        PostgresServer.DatabaseOf(Place), "SELECT count(DISTINCT utterance_id) FROM speaker.recording")!;
}
