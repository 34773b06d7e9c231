using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Npgsql;

namespace Speaker.Postgres;

/// <summary>
/// The tables of the store, in a schema of their own, which is all that its connections see: no statement names it. A version
/// is a step from the one before, and the steps that a store lacks are taken in one transaction, by one process at a time.
/// </summary>
internal sealed partial class PostgresSchema
{
    /// <summary>"SPKR": tells advisory locks from those of other programs of the database.</summary>
    private const int LockSpace = 0x53504B52;

    /// <summary>Version 1: speakers, utterances, and which steps were taken.</summary>
    private const string Tables = """
        CREATE TABLE store_version (
            version integer PRIMARY KEY,
            applied_at timestamptz NOT NULL DEFAULT now()
        );
        CREATE TABLE speaker (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            name text COLLATE "C" NOT NULL UNIQUE,
            enrolled_at timestamptz NOT NULL,
            consent text,
            consent_at timestamptz
        );
        CREATE TABLE utterance (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            speaker_id bigint NOT NULL REFERENCES speaker(id) ON DELETE CASCADE,
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
        CREATE INDEX utterance_of_speaker ON utterance(speaker_id);
        CREATE INDEX utterance_of_model ON utterance(model_hash);
        """;

    /// <summary>Version 2: every change of a speaker is told by the speaker's id, whoever makes it; an empty text tells that
    /// much changed.</summary>
    private const string Notifications = """
        CREATE FUNCTION tell_speaker() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM pg_catalog.pg_notify(
                TG_TABLE_SCHEMA || '_change', (CASE TG_OP WHEN 'DELETE' THEN OLD.id ELSE NEW.id END)::text);
            RETURN NULL;
        END $$;
        CREATE FUNCTION tell_utterance() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP <> 'INSERT' THEN
                PERFORM pg_catalog.pg_notify(TG_TABLE_SCHEMA || '_change', OLD.speaker_id::text);
            END IF;
            IF TG_OP <> 'DELETE' THEN
                PERFORM pg_catalog.pg_notify(TG_TABLE_SCHEMA || '_change', NEW.speaker_id::text);
            END IF;
            RETURN NULL;
        END $$;
        CREATE FUNCTION tell_all() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM pg_catalog.pg_notify(TG_TABLE_SCHEMA || '_change', '');
            RETURN NULL;
        END $$;
        CREATE TRIGGER tell AFTER UPDATE OR DELETE ON speaker
            FOR EACH ROW EXECUTE FUNCTION tell_speaker();
        CREATE TRIGGER tell AFTER INSERT OR UPDATE OR DELETE ON utterance
            FOR EACH ROW EXECUTE FUNCTION tell_utterance();
        CREATE TRIGGER tell_all AFTER TRUNCATE ON utterance
            FOR EACH STATEMENT EXECUTE FUNCTION tell_all();
        """;

    /// <summary>Version 3: the key that an utterance is sealed with, and the audit log.</summary>
    private const string Protection = """
        ALTER TABLE utterance ADD COLUMN key_id text COLLATE "C";
        ALTER TABLE speaker ADD COLUMN subject text COLLATE "C" NOT NULL UNIQUE
            DEFAULT replace(gen_random_uuid()::text, '-', '');
        CREATE TABLE audit (
            sequence bigint PRIMARY KEY,
            at timestamptz NOT NULL,
            actor text NOT NULL,
            action text NOT NULL,
            subject text,
            detail text NOT NULL,
            previous bytea NOT NULL,
            hash bytea NOT NULL
        );
        CREATE FUNCTION keep_audit() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'the audit log is only added to';
        END $$;
        CREATE TRIGGER keep BEFORE UPDATE OR DELETE ON audit
            FOR EACH ROW EXECUTE FUNCTION keep_audit();
        CREATE TRIGGER keep_all BEFORE TRUNCATE ON audit
            FOR EACH STATEMENT EXECUTE FUNCTION keep_audit();
        """;

    /// <summary>Version 4: kept recordings, in parts: see <see cref="PostgresRecordings"/>. They are not compressed:
    /// samples hardly become smaller.</summary>
    private const string Recordings = """
        CREATE TABLE recording (
            utterance_id bigint NOT NULL REFERENCES utterance(id) ON DELETE CASCADE,
            part integer NOT NULL CHECK (part >= 0),
            sound bytea NOT NULL CHECK (octet_length(sound) > 0 AND octet_length(sound) % 4 = 0),
            PRIMARY KEY (utterance_id, part)
        );
        ALTER TABLE recording ALTER COLUMN sound SET STORAGE EXTERNAL;
        """;

    private static readonly string[] Steps = [Tables, Notifications, Protection, Recordings];

    private readonly string _name;
    private readonly string _location;
    private readonly long _migrationLock;

    /// <param name="tenant">Whose; empty: the schema "speaker".</param>
    /// <param name="location">The store, for messages.</param>
    public PostgresSchema(string tenant, string location)
    {
        _name = tenant.Length == 0 ? "speaker" : "speaker_tenant_" + tenant;
        _location = location;
        // Tenants whose hashes meet wait for each other, and nothing else.
        NameLock = tenant.Length == 0
            ? LockSpace
            : BinaryPrimitives.ReadInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(_name)));
        _migrationLock = (long)NameLock << 32;
    }

    /// <summary>As a statement has it.</summary>
    public string Quoted => $"\"{_name}\"";

    /// <summary>What notifications are called, as a statement has it.</summary>
    public string Channel => $"\"{_name}_change\"";

    /// <summary>Held shared by enrolments of a model that the store is of, alone by every other change.</summary>
    public long StoreLock => _migrationLock | 1;

    /// <summary>Held by who adds to the audit log, until what is told there is committed.</summary>
    public long AuditLock => _migrationLock | 2;

    /// <summary>With the hash of a name: held by who adds to a speaker.</summary>
    public int NameLock { get; }

    public static int Newest => Steps.Length;

    /// <summary>The version of a store; 0 where there is none yet.</summary>
    /// <exception cref="StoreException">It is of a newer version, or the schema is something else's.</exception>
    public async Task<int> VersionAsync(PostgresTransaction transaction, CancellationToken cancellationToken)
    {
        var isOurs = await transaction.ScalarAsync(
            """
            SELECT bool_or(c.relname = 'store_version') FROM pg_catalog.pg_class c
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1
            """, [PostgresValues.Text(_name)], cancellationToken).ConfigureAwait(false);
        if (isOurs is null)
        {
            return 0;
        }

        if (isOurs is false)
        {
            throw new StoreException(
                StoreProblem.NotAStore,
                $"database {_location} has a schema '{_name}' that is not a Speaker store: use another database");
        }

        // By its whole name, so that the server says it where this user may not look into the schema.
        var version = await transaction.ScalarAsync(
            $"SELECT max(version) FROM {Quoted}.store_version", [], cancellationToken).ConfigureAwait(false) as int? ?? 0;
        return version <= Newest
            ? version
            : throw new StoreException(
                StoreProblem.NewerVersion,
                $"store {_location} has schema version {version}; this version of Speaker reads up to {Newest}: update it");
    }

    /// <summary>Takes the steps that are missing, up to a version.</summary>
    /// <exception cref="StoreException">As <see cref="VersionAsync"/>; or the tables cannot be made.</exception>
    public async Task<int> MigrateAsync(
        PostgresTransaction transaction, int upTo, CancellationToken cancellationToken)
    {
        await transaction.ExecuteAsync(
            "SELECT pg_advisory_xact_lock($1)", [PostgresValues.Number(_migrationLock)], cancellationToken)
            .ConfigureAwait(false);
        // Another process may have been first between the look and the lock.
        var version = await VersionAsync(transaction, cancellationToken).ConfigureAwait(false);
        if (version == 0)
        {
            await transaction.ExecuteAsync($"CREATE SCHEMA IF NOT EXISTS {Quoted}", [], cancellationToken)
                .ConfigureAwait(false);
        }

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
                    $"INSERT INTO store_version (version) VALUES ({version + 1})"));
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
