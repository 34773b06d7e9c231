using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Speaker.Enrolment.Sqlite;
using Speaker.Host.Tests.Support;
using Xunit.Abstractions;

namespace Speaker.Host.Tests.Store;

/// <summary>The contract of a store, kept by an SQLite file.</summary>
public sealed class SqliteStoreTests(ITestOutputHelper log) : StoreConformance(log)
{
    private string? _place;

    protected override string Place => _place ??= Folder.File("data", "voiceprints.db");

    protected override bool Exists() => File.Exists(Place);

    protected override void MakeNewer() => Sql("PRAGMA user_version = 99");

    protected override void MakeForeign()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Place)!);
        Sql("CREATE TABLE mail (subject TEXT)");
    }

    /// <summary>Root may write wherever there is a way: the file system itself is mounted for reading alone.</summary>
    protected override IDisposable MakeReadOnly()
    {
        var folder = Path.GetDirectoryName(Place)!;
        Mount("--bind", folder, folder);
        Mount("-o", "remount,bind,ro", folder);
        return new Mounted(folder);
    }

    protected override IDisposable UseDisk(string folder)
    {
        _place = Path.Combine(folder, "voiceprints.db");
        return new MemoryStream();
    }

    protected override void DamagePages()
    {
        using var file = File.OpenWrite(Place);
        // The header of every page but the first: no page type is 0xEE.
        for (var page = 4096; page < file.Length; page += 4096)
        {
            file.Position = page;
            file.WriteByte(0xEE);
        }
    }

    /// <summary>A connection knows the tables that were there when it began. Whether there are others now it cannot see
    /// while somebody writes: it must wait, and not say that there is no such table.</summary>
    [Fact]
    public async Task Configure_TablesComeWhileAnotherWrites_AreSeen()
    {
        var path = Folder.File("early.db");
        using var early = new SqliteConnection($"Data Source={path};Pooling=False");
        early.Open();
        StoreSchema.Configure(early);
        using var other = new SqliteConnection($"Data Source={path};Pooling=False");
        other.Open();
        StoreSchema.Configure(other);
        StoreSchema.Ensure(other, path);
        Execute(other, "BEGIN EXCLUSIVE");

        var count = Task.Run(() => StoreSchema.Scalar(early, null, "SELECT count(*) FROM cleaning"));
        await Task.Delay(300);
        Execute(other, "COMMIT");

        Assert.Equal(0, await count);
    }

    private static void Mount(params string[] arguments)
    {
        using var mount = Process.Start("mount", arguments);
        mount.WaitForExit();
        Assert.Equal(0, mount.ExitCode);
    }

    private static void Execute(SqliteConnection connection, string statement)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // constants of this class
        command.CommandText = statement;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private void Sql(string statement)
    {
        using var connection = new SqliteConnection($"Data Source={Place};Pooling=False");
        connection.Open();
        Execute(connection, statement);
    }

    private sealed class Mounted(string folder) : IDisposable
    {
        public void Dispose()
        {
            using var unmount = Process.Start("umount", [folder]);
            unmount.WaitForExit();
            Assert.Equal(0, unmount.ExitCode);
        }
    }
}
