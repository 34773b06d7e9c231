using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Jobs;

/// <summary>The move to another model in the background, of an SQLite file.</summary>
[Collection(TestModelTests.Name)]
public sealed class BackgroundMigrationTests(TestModel model) : BackgroundMigrationConformance(model)
{
    protected override string Place => Folder.File("store", "voiceprints.db");
}

/// <summary>The move to another model in the background, of a PostgreSQL database.</summary>
[NeedsPostgres]
[Collection(PostgresTests.Name)]
public sealed class PostgresBackgroundMigrationTests(PostgresFixture fixture)
    : BackgroundMigrationConformance(new TestModel())
{
    private readonly string _place = fixture.Server.NewDatabase();

    protected override string Place => _place;

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
        {
            Model.Dispose();
        }
    }
}
