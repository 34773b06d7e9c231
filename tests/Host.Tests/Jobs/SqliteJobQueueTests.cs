using System.Text;
using Microsoft.Data.Sqlite;
using Speaker.Host.Tests.Support;
using Speaker.Jobs;
using Xunit.Abstractions;

namespace Speaker.Host.Tests.Jobs;

/// <summary>The contract of a queue, kept by an SQLite file.</summary>
public sealed class SqliteJobQueueTests(ITestOutputHelper log) : JobQueueConformance(log)
{
    protected override string Place => Folder.File("data", "voiceprints.db.queue.db");

    [StoreFact]
    public async Task File_IsItsOwnersAloneAndHasNoByteOfSoundThatIsDone()
    {
        var queue = Open();
        var sound = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("a voice, ", 10_000)));
        await queue.PutAsync(Job() with { Sounds = [new JobSound("anna.wav", sound)] }, default);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Place));
        }

        Assert.Contains("a voice, ", Encoding.ASCII.GetString(File.ReadAllBytes(Place)), StringComparison.Ordinal);
        var claimed = await queue.ClaimAsync("host", [""], default);
        await queue.FinishAsync(claimed!, new JobEnd(true, "{}", null), default);
        var left = Encoding.ASCII.GetString(File.ReadAllBytes(Place));
        Assert.DoesNotContain("a voice, ", left, StringComparison.Ordinal);
        Assert.DoesNotContain("anna.wav", left, StringComparison.Ordinal);
        Assert.Equal([Place], Directory.GetFiles(Path.GetDirectoryName(Place)!));
    }

    protected override bool Exists() => File.Exists(Place);

    protected override void MakeNewer() => Sql("PRAGMA user_version = 99");

    protected override void MakeForeign()
    {
        File.Delete(Place);
        Sql("CREATE TABLE mail (subject TEXT)");
    }

    private void Sql(string statement)
    {
        using var connection = new SqliteConnection($"Data Source={Place};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // constants of this class
        command.CommandText = statement;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
