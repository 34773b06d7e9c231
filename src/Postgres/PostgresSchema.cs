using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace Speaker.Postgres;

/// <summary>
/// The tables of the store, in a schema of their own. A version is a step from the one before, and the steps that a store
/// lacks are taken in one transaction, by one process at a time.
/// </summary>
internal static partial class PostgresSchema
{
    /// <summary>"SPKR" and a number: advisory locks, which every program of a database shares.</summary>
    private const long MigrationLock = 0x53504B52_0000_0000;

    /// <summary>Version 1: speakers, utterances, and which steps were taken.</summary>
    private const string Tables = """
        CREATE SCHEMA IF NOT EXISTS speaker;
        CREATE TABLE speaker.store_version (
            version integer PRIMARY KEY,
            applied_at timestamptz NOT NULL DEFAULT now()
        );
        CREATE TABLE speaker.speaker (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            name text COLLATE "C" NOT NULL UNIQUE,
            enrolled_at timestamptz NOT NULL,
            consent text,
            consent_at timestamptz
        );
        CREATE TABLE speaker.utterance (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            speaker_id bigint NOT NULL REFERENCES speaker.speaker(id) ON DELETE CASCADE,
            model_hash text COLLATE "C" NOT NULL,
            embedding bytea NOT NULL CHECK (octet_length(embedding) > 0 AND octet_length(embedding) % 4 = 0),
            speech_seconds double precision NOT NULL,
            source text NOT NULL,
            added_at timestamptz NOT NULL,
            fingerprint bytea,
            peak double precision,
            clipped_fraction double precision,
            speech_level double precision,
            signal_to_noise double precision,
            bandwidth double precision,
            note text
        );
        CREATE INDEX utterance_of_speaker ON speaker.utterance(speaker_id);
        CREATE INDEX utterance_of_model ON speaker.utterance(model_hash);
        """;

    /// <summary>Version 2: every change of a speaker is told by the speaker's id, whoever makes it; an empty text tells that
    /// much changed.</summary>
    private const string Notifications = """
        CREATE FUNCTION speaker.tell_speaker() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM pg_catalog.pg_notify('speaker_change', (CASE TG_OP WHEN 'DELETE' THEN OLD.id ELSE NEW.id END)::text);
            RETURN NULL;
        END $$;
        CREATE FUNCTION speaker.tell_utterance() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP <> 'INSERT' THEN
                PERFORM pg_catalog.pg_notify('speaker_change', OLD.speaker_id::text);
            END IF;
            IF TG_OP <> 'DELETE' THEN
                PERFORM pg_catalog.pg_notify('speaker_change', NEW.speaker_id::text);
            END IF;
            RETURN NULL;
        END $$;
        CREATE FUNCTION speaker.tell_all() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM pg_catalog.pg_notify('speaker_change', '');
            RETURN NULL;
        END $$;
        CREATE TRIGGER tell AFTER UPDATE OR DELETE ON speaker.speaker
            FOR EACH ROW EXECUTE FUNCTION speaker.tell_speaker();
        CREATE TRIGGER tell AFTER INSERT OR UPDATE OR DELETE ON speaker.utterance
            FOR EACH ROW EXECUTE FUNCTION speaker.tell_utterance();
        CREATE TRIGGER tell_all AFTER TRUNCATE ON speaker.utterance
            FOR EACH STATEMENT EXECUTE FUNCTION speaker.tell_all();
        """;

    /// <summary>Version 3: the key that an utterance is sealed with, and the audit log.</summary>
    private const string Protection = """
        ALTER TABLE speaker.utterance ADD COLUMN key_id text COLLATE "C";
        ALTER TABLE speaker.speaker ADD COLUMN subject text COLLATE "C" NOT NULL UNIQUE
            DEFAULT replace(gen_random_uuid()::text, '-', '');
        CREATE TABLE speaker.audit (
            sequence bigint PRIMARY KEY,
            at timestamptz NOT NULL,
            actor text NOT NULL,
            action text NOT NULL,
            subject text,
            detail text NOT NULL,
            previous bytea NOT NULL,
            hash bytea NOT NULL
        );
        CREATE FUNCTION speaker.keep_audit() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'the audit log is only added to';
        END $$;
        CREATE TRIGGER keep BEFORE UPDATE OR DELETE ON speaker.audit
            FOR EACH ROW EXECUTE FUNCTION speaker.keep_audit();
        CREATE TRIGGER keep_all BEFORE TRUNCATE ON speaker.audit
            FOR EACH STATEMENT EXECUTE FUNCTION speaker.keep_audit();
        """;

    private static readonly string[] Steps = [Tables, Notifications, Protection];

    /// <summary>What notifications are called.</summary>
    public const string Channel = "speaker_change";

    /// <summary>Held shared by enrolments of a model that the store is of, alone by every other change.</summary>
    public const long StoreLock = 0x53504B52_0000_0001;

    /// <summary>Held by who adds to the audit log, until what is told there is committed.</summary>
    public const long AuditLock = 0x53504B52_0000_0002;

    /// <summary>With the hash of a name: held by who adds to a speaker.</summary>
    public const int NameLock = 0x53504B52;

    public static int Newest => Steps.Length;

    /// <summary>The version of a store; 0 where there is none yet.</summary>
    /// <exception cref="StoreException">It is of a newer version, or the schema is something else's.</exception>
    public static async Task<int> VersionAsync(
        PostgresTransaction transaction, string location, CancellationToken cancellationToken)
    {
        var isOurs = await transaction.ScalarAsync(
            """
            SELECT bool_or(c.relname = 'store_version') FROM pg_catalog.pg_class c
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'speaker'
            """, [], cancellationToken).ConfigureAwait(false);
        if (isOurs is null)
        {
            return 0;
        }

        if (isOurs is false)
        {
            throw new StoreException(
                StoreProblem.NotAStore,
                $"database {location} has a schema 'speaker' that is not a Speaker store: use another database");
        }

        var version = await transaction.ScalarAsync(
            "SELECT max(version) FROM speaker.store_version", [], cancellationToken).ConfigureAwait(false) as int? ?? 0;
        return version <= Newest
            ? version
            : throw new StoreException(
                StoreProblem.NewerVersion,
                $"store {location} has schema version {version}; this version of Speaker reads up to {Newest}: update it");
    }

    /// <summary>Takes the steps that are missing, up to a version.</summary>
    /// <exception cref="StoreException">As <see cref="VersionAsync"/>; or the tables cannot be made.</exception>
    public static async Task<int> MigrateAsync(
        PostgresTransaction transaction, string location, int upTo, CancellationToken cancellationToken)
    {
        await transaction.ExecuteAsync(
            "SELECT pg_advisory_xact_lock($1)", [PostgresValues.Number(MigrationLock)], cancellationToken)
            .ConfigureAwait(false);
        // Another process may have been first between the look and the lock.
        var version = await VersionAsync(transaction, location, cancellationToken).ConfigureAwait(false);
        for (; version < upTo; version++)
        {
            var batch = transaction.Batch();
            await using (batch.ConfigureAwait(false))
            {
                foreach (var statement in Statements(Steps[version]))
                {
                    batch.Add(statement);
                }

                batch.Add(string.Create(
                    CultureInfo.InvariantCulture,
                    $"INSERT INTO speaker.store_version (version) VALUES ({version + 1})"));
                await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            }
        }

        return version;
    }

    /// <summary>A batch has one statement each; those of a step end with a semicolon at the end of a line that is
    /// followed by one that begins the next.</summary>
    private static IEnumerable<string> Statements(string step) =>
        EndOfStatement().Split(step.ReplaceLineEndings("\n")).Select(text => text.TrimEnd(';'));

    [GeneratedRegex(";\n(?=CREATE|ALTER)")]
    private static partial Regex EndOfStatement();
}
