using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Store;

/// <summary>Sealed voiceprints in PostgreSQL.</summary>
[NeedsPostgres]
[Collection(PostgresTests.Name)]
public sealed class ProtectedPostgresTests(PostgresFixture fixture) : ProtectionConformance
{
    private readonly PostgresServer _server = fixture.Server;
    private readonly string _place = fixture.Server.NewDatabase();

    protected override string Place => _place;

    protected override string ChangeByte =>
        "UPDATE {utterance} SET embedding = set_byte(embedding, octet_length(embedding) - 1, " +
        "get_byte(embedding, octet_length(embedding) - 1) # 1) WHERE source = 'boris-0.wav'";

    // A length that the table takes.
    protected override string CutShort =>
        "UPDATE {utterance} SET embedding = substring(embedding FROM 1 FOR 12) WHERE source = 'boris-0.wav'";

    protected override string OutlineAsEmbedding => "UPDATE {utterance} SET embedding = fingerprint";

    protected override void Execute(string sql) => Scalar(sql);

    protected override object? Scalar(string sql) => _server.Execute(
        PostgresServer.DatabaseOf(Place),
        sql.Replace("{utterance}", "speaker.utterance", StringComparison.Ordinal)
            .Replace("{speaker}", "speaker.speaker", StringComparison.Ordinal));

    protected override (byte[] Embedding, byte[] Outline) Kept() =>
        ((byte[])Scalar("SELECT embedding FROM {utterance}")!, (byte[])Scalar("SELECT fingerprint FROM {utterance}")!);
}
