using Speaker.CommandLine;
using Speaker.Enrolment;
using Speaker.Enrolment.Sqlite;
using Speaker.Host.Tests.Support;
using Speaker.Postgres;

namespace Speaker.Host.Tests.Store;

/// <summary>What every store of texts does, whatever keeps them.</summary>
public abstract class DocumentStoreConformance : IDisposable
{
    private readonly List<IDisposable> _open = [];

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    [StoreFact]
    public async Task Change_ThenReadListCount_IsThereForEverybody()
    {
        var store = Open("");
        Assert.Null(await store.ReadAsync("a/1", default));
        Assert.Empty(await store.ListAsync("", "", 10, default));
        Assert.Equal(0, await store.CountAsync("", default));
        foreach (var key in (string[])["a/2", "a/1", "b/1", "a/3", "A/1", "a%/1"])
        {
            Assert.Equal("text of " + key, await store.ChangeAsync(
                key,
                old =>
                {
                    Assert.Null(old);
                    return "text of " + key;
                },
                default));
        }

        var other = Open("");
        Assert.Equal("text of a/1", await other.ReadAsync("a/1", default));
        Assert.Equal(3, await other.CountAsync("a/", default));
        Assert.Equal(["a/1", "a/2"], (await other.ListAsync("a/", "", 2, default)).Select(each => each.Key));
        Assert.Equal(
            ["text of a/3"], (await other.ListAsync("a/", "a/2", 2, default)).Select(each => each.Value));
        Assert.Equal("text of a/1!", await other.ChangeAsync("a/1", old => old + "!", default));
        Assert.Null(await store.ChangeAsync("a/1", old => old == "text of a/1!" ? null : old, default));
        Assert.Null(await other.ReadAsync("a/1", default));
    }

    [StoreFact]
    public async Task Change_ByManyAtOnce_LosesNone()
    {
        const int Each = 10;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            var store = Open("");
            for (var i = 0; i < Each; i++)
            {
                await store.ChangeAsync("count", old => old + "x", default);
            }
        })));
        Assert.Equal(4 * Each, (await Open("").ReadAsync("count", default))!.Length);
    }

    [StoreFact]
    public async Task Change_ThatThrows_ChangesNothing()
    {
        var store = Open("");
        await store.ChangeAsync("a", _ => "before", default);
        await Assert.ThrowsAsync<UsageException>(
            () => store.ChangeAsync("a", _ => throw new UsageException("stop"), default));
        Assert.Equal("before", await store.ReadAsync("a", default));
    }

    [StoreFact]
    public async Task Texts_OfTenants_AreApart()
    {
        await Open("").ChangeAsync("a", _ => "everybody's", default);
        await Open("acme-1").ChangeAsync("a", _ => "acme's", default);
        Assert.Null(await Open("beta").ReadAsync("a", default));
        Assert.Equal("acme's", await Open("acme-1").ReadAsync("a", default));
        Assert.Equal("everybody's", await Open("").ReadAsync("a", default));
    }

    internal abstract IDocumentStore Make(string tenant);

    protected virtual void Dispose(bool disposing) => _open.ForEach(store => store.Dispose());

    private IDocumentStore Open(string tenant)
    {
        var store = Make(tenant);
        if (store is IDisposable disposable)
        {
            lock (_open)
            {
                _open.Add(disposable);
            }
        }

        return store;
    }
}

/// <summary>Texts in a file.</summary>
public sealed class SqliteDocumentTests : DocumentStoreConformance
{
    private readonly TemporaryFolder _folder = new();

    internal override IDocumentStore Make(string tenant) => new SqliteDocumentStore(
        new StoreOptions { Path = _folder.File("data", "voiceprints.db"), Tenant = tenant });

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _folder.Dispose();
    }
}

/// <summary>Texts in a schema of a database.</summary>
[NeedsPostgres]
[Collection(PostgresTests.Name)]
public sealed class PostgresDocumentTests(PostgresFixture fixture) : DocumentStoreConformance
{
    private readonly string _place = fixture.Server.NewDatabase();

    internal override IDocumentStore Make(string tenant) =>
        new PostgresDocumentStore(new StoreOptions { Path = _place, Tenant = tenant });
}
