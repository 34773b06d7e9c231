using Microsoft.Data.Sqlite;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Store;

/// <summary>The audit log in an SQLite file.</summary>
public sealed class SqliteAuditTests : AuditConformance
{
    protected override string Place => Folder.File("data", "voiceprints.db");

    protected override void RemoveTriggers() =>
        Execute("DROP TRIGGER audit_is_not_changed; DROP TRIGGER audit_is_not_deleted");

    protected override void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Place};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // constants of the tests
        command.CommandText = sql.Replace("{audit}", "audit", StringComparison.Ordinal)
            .Replace("{kept}", "kept", StringComparison.Ordinal);
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}

/// <summary>The audit log in PostgreSQL.</summary>
[NeedsPostgres]
[Collection(PostgresTests.Name)]
public sealed class PostgresAuditTests(PostgresFixture fixture) : AuditConformance
{
    private readonly PostgresServer _server = fixture.Server;
    private readonly string _place = fixture.Server.NewDatabase();

    protected override string Place => _place;

    protected override void RemoveTriggers() =>
        Execute("DROP TRIGGER keep ON {audit}; DROP TRIGGER keep_all ON {audit}");

    protected override void Execute(string sql) => _server.Execute(
        PostgresServer.DatabaseOf(Place),
        sql.Replace("{audit}", "speaker.audit", StringComparison.Ordinal)
            .Replace("{kept}", "public.kept", StringComparison.Ordinal));
}
