using System.Diagnostics;
using Speaker.Host.Tests.Support;
using Xunit.Abstractions;

namespace Speaker.Host.Tests.Store;

/// <summary>The contract of a store, kept by PostgreSQL.</summary>
[NeedsPostgres]
[Collection(PostgresTests.Name)]
public sealed class PostgresStoreTests(PostgresFixture fixture, ITestOutputHelper log) : StoreConformance(log)
{
    private readonly PostgresServer _server = fixture.Server;
    private string _place = fixture.Server.NewDatabase();

    protected override string Place => _place;

    private string Database => PostgresServer.DatabaseOf(Place);

    protected override bool Exists() => _server.Execute(Database, "SELECT to_regnamespace('speaker')::text") is string;

    protected override void MakeNewer() =>
        _server.Execute(Database, "INSERT INTO speaker.store_version (version) VALUES (99)");

    protected override void MakeForeign() =>
        _server.Execute(Database, "CREATE SCHEMA speaker CREATE TABLE loud (watts integer)");

    protected override IDisposable MakeReadOnly()
    {
        var database = Database;
        _server.Execute("postgres", $"ALTER DATABASE {database} SET default_transaction_read_only = on");
        return new Again(() => _server.Execute("postgres", $"ALTER DATABASE {database} RESET default_transaction_read_only"));
    }

    protected override IDisposable UseDisk(string folder)
    {
        // Named after its folder, which is this test's own.
        var name = "small_" + Path.GetFileName(Path.GetDirectoryName(folder))!.Replace('-', '_').ToLowerInvariant();
        var space = Path.Combine(folder, "space");
        Directory.CreateDirectory(space);
        if (Environment.IsPrivilegedProcess)
        {
            File.SetUnixFileMode(Path.GetDirectoryName(folder)!, (UnixFileMode)0b111_101_101);
            using var chown = Process.Start("chown", ["postgres", space]);
            chown.WaitForExit();
        }

        _server.Execute("postgres", $"CREATE TABLESPACE {name} LOCATION '{space}'");
        var place = _place = _server.NewDatabase(name);
        return new Again(() =>
        {
            _server.Execute("postgres", $"DROP DATABASE {PostgresServer.DatabaseOf(place)} WITH (FORCE)");
            _server.Execute("postgres", $"DROP TABLESPACE {name}");
        });
    }

    protected override void DamagePages()
    {
        var file = (string)_server.Execute(Database, "SELECT pg_relation_filepath('speaker.utterance')")!;
        _server.Stop();
        var path = Path.Combine(_server.Data, file);
        using (var stream = File.OpenWrite(path))
        {
            const int PageSize = 8192;
            for (var page = 0; page < stream.Length; page += PageSize)
            {
                stream.Position = page + (PageSize / 2);
                stream.Write("damage"u8);
            }
        }

        _server.Start();
    }

    private sealed class Again(Action undo) : IDisposable
    {
        public void Dispose() => undo();
    }
}
