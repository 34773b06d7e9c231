using Microsoft.Data.Sqlite;
using Speaker.Enrolment.Protection;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Store;

/// <summary>Sealed voiceprints in an SQLite file, and no byte of what was removed or is sealed now.</summary>
public sealed class ProtectedSqliteTests : ProtectionConformance
{
    protected override string Place => Folder.File("data", "voiceprints.db");

    protected override string ChangeByte =>
        "UPDATE utterance SET embedding = CAST(substr(embedding, 1, length(embedding) - 1) || " +
        "CASE substr(embedding, -1) WHEN x'00' THEN x'01' ELSE x'00' END AS BLOB) WHERE source = 'boris-0.wav'";

    protected override string CutShort =>
        "UPDATE utterance SET embedding = substr(embedding, 1, 10) WHERE source = 'boris-0.wav'";

    protected override string OutlineAsEmbedding => "UPDATE utterance SET embedding = (SELECT outline FROM fingerprint)";

    [Fact]
    public async Task Seal_WhatWasNotSealed_LeavesNoByteOfTheVectorInAnyFile()
    {
        await Open(null).AddAsync(
            "anna", HelperProcess.Model, null,
            _ => [.. Enumerable.Range(0, 200).Select(i => HelperProcess.Utterance("anna", i))], default);
        Assert.True(IsAnywhere(3));
        await Open(KeyFile("keys")).SealAsync(default);
        Assert.All(Enumerable.Range(0, 200), number => Assert.False(IsAnywhere(number)));

        bool IsAnywhere(int number)
        {
            var needle = Vectors.Bytes(HelperProcess.Utterance("anna", number).Embedding).AsSpan(64, 16).ToArray();
            return Directory.GetFiles(Folder.File("data")).Any(
                file => File.ReadAllBytes(file).AsSpan().IndexOf(needle) >= 0);
        }
    }

    protected override void Execute(string sql)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // constants of the tests
        command.CommandText = Named(sql);
#pragma warning restore CA2100
        Assert.InRange(command.ExecuteNonQuery(), 1, 10);
    }

    protected override object? Scalar(string sql)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // constants of the tests
        command.CommandText = Named(sql);
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }

    protected override (byte[] Embedding, byte[] Outline) Kept() =>
        ((byte[])Scalar("SELECT embedding FROM utterance")!, (byte[])Scalar("SELECT outline FROM fingerprint")!);

    private static string Named(string sql) => sql.Replace("{utterance}", "utterance", StringComparison.Ordinal)
        .Replace("{speaker}", "speaker", StringComparison.Ordinal);

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={Place};Pooling=False;Foreign Keys=True");
        connection.Open();
        return connection;
    }
}
