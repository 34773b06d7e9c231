namespace Speaker.Jobs;

/// <summary>
/// What every queue asks its database, in the SQL that SQLite and PostgreSQL share. Times are milliseconds since 1970
/// by the database's own clock, so that the clocks of many hosts do not count.
/// </summary>
/// <param name="schema">Before the names of tables, with its point; empty where there is none.</param>
/// <param name="now">An expression: the time.</param>
/// <param name="locking">After the choice of a job: passes over those that others are choosing.</param>
internal sealed class JobStatements(string schema, string now, string locking)
{
    private const string Columns =
        "id, kind, lane, subject, request, state, attempts, attempts_allowed, put_at, due_at, finished_at, worker, problem, " +
        "result, steps_done, steps, bytes";

    /// <summary>Tables, one statement each.</summary>
    /// <param name="identity">Type and constraint of a number that rises.</param>
    /// <param name="bytes">Type of a column of bytes.</param>
    /// <param name="end">After a table's columns.</param>
    public IReadOnlyList<string> Tables(string identity, string bytes, string end) =>
    [
        $"""
        CREATE TABLE {schema}job (
            seq {identity},
            id TEXT NOT NULL UNIQUE,
            kind TEXT NOT NULL,
            lane TEXT NOT NULL,
            once_key TEXT UNIQUE,
            subject TEXT,
            request TEXT NOT NULL,
            state TEXT NOT NULL,
            attempts {Integer} NOT NULL,
            attempts_allowed {Integer} NOT NULL,
            put_at {Integer} NOT NULL,
            due_at {Integer} NOT NULL,
            finished_at {Integer} NOT NULL,
            lease TEXT,
            lease_until {Integer} NOT NULL,
            worker TEXT,
            problem TEXT,
            result TEXT,
            steps_done {Integer} NOT NULL,
            steps {Integer} NOT NULL,
            bytes {Integer} NOT NULL,
            stays {Integer} NOT NULL
        ){end}
        """,
        $"""
        CREATE TABLE {schema}job_sound (
            job_seq {Integer} NOT NULL REFERENCES {schema}job(seq) ON DELETE CASCADE,
            number {Integer} NOT NULL,
            name TEXT NOT NULL,
            content {bytes} NOT NULL,
            PRIMARY KEY (job_seq, number)
        ){end}
        """,
        $"CREATE INDEX job_next ON {schema}job(seq) WHERE state IN ('waiting', 'running')",
        $"CREATE INDEX job_open ON {schema}job(state, bytes) WHERE state <> 'done'",
        $"CREATE INDEX job_ended ON {schema}job(finished_at) WHERE state IN ('done', 'failed') AND stays = 0",
    ];

    /// <summary>Values: id, kind, lane, key, subject, request, attempts, bytes, whether it stays, "waiting" or
    /// "held".</summary>
    public string Insert { get; } = $"""
        INSERT INTO {schema}job (id, kind, lane, once_key, subject, request, state, attempts, attempts_allowed, put_at,
            due_at, finished_at, lease_until, steps_done, steps, bytes, stays)
        VALUES ($1, $2, $3, $4, $5, $6, $10, 0, $7, {now}, {now}, 0, 0, 0, 0, $8, $9)
        ON CONFLICT (once_key) DO NOTHING RETURNING seq
        """;

    /// <summary>Values: the job's seq, number, name, content.</summary>
    public string InsertSound { get; } =
        $"INSERT INTO {schema}job_sound (job_seq, number, name, content) VALUES ($1, $2, $3, $4)";

    /// <summary>Value: the key.</summary>
    public string OfKey { get; } = $"SELECT id FROM {schema}job WHERE once_key = $1";

    /// <summary>Jobs that are held, wait, are worked on or set aside, and bytes of all that are not done.</summary>
    public string Open { get; } = $"""
        SELECT CAST(count(*) FILTER (WHERE state = 'held') AS BIGINT),
               CAST(count(*) FILTER (WHERE state = 'waiting') AS BIGINT),
               CAST(count(*) FILTER (WHERE state = 'running') AS BIGINT),
               CAST(count(*) FILTER (WHERE state = 'failed') AS BIGINT), CAST(coalesce(sum(bytes), 0) AS BIGINT)
        FROM {schema}job WHERE state <> 'done'
        """;

    /// <summary>Value: the job's seq.</summary>
    public string Sounds { get; } = $"SELECT name, content FROM {schema}job_sound WHERE job_seq = $1 ORDER BY number";

    /// <summary>Value: the id.</summary>
    public string SoundsOfId { get; } = $"""
        SELECT name, content FROM {schema}job_sound
        WHERE job_seq = (SELECT seq FROM {schema}job WHERE id = $1) ORDER BY number
        """;

    /// <summary>Values: progress, all steps, milliseconds of a lease, id, lease.</summary>
    public string Extend { get; } = $"""
        UPDATE {schema}job SET steps_done = $1, steps = $2, lease_until = {now} + $3
        WHERE id = $4 AND lease = $5 AND state = 'running'
        """;

    /// <summary>Values: "done" or "failed", result, problem, id, lease.</summary>
    public string Finish { get; } = $"""
        UPDATE {schema}job SET state = $1, result = $2, problem = $3, finished_at = {now}, lease = NULL,
            bytes = CASE $6 WHEN 1 THEN 0 ELSE bytes END
        WHERE id = $4 AND lease = $5 AND state = 'running' RETURNING seq
        """;

    /// <summary>Value: the job's seq.</summary>
    public string DropSounds { get; } = $"DELETE FROM {schema}job_sound WHERE job_seq = $1";

    /// <summary>Values: milliseconds, problem or null for the last one, attempts that are taken back, id,
    /// lease.</summary>
    public string Postpone { get; } = $"""
        UPDATE {schema}job SET state = 'waiting', due_at = {now} + $1, problem = coalesce($2, problem),
            attempts = attempts - $3, lease = NULL
        WHERE id = $4 AND lease = $5 AND state = 'running'
        """;

    /// <summary>Value: the id.</summary>
    public string Read { get; } = $"SELECT {Columns} FROM {schema}job WHERE id = $1";

    /// <summary>Value: how many at most.</summary>
    public string ListAll { get; } =
        $"SELECT {Columns} FROM (SELECT * FROM {schema}job ORDER BY seq DESC LIMIT $1) AS newest ORDER BY seq";

    /// <summary>Values: how many at most, the state.</summary>
    public string ListOfState { get; } = $"""
        SELECT {Columns} FROM (SELECT * FROM {schema}job WHERE state = $2 ORDER BY seq DESC LIMIT $1) AS newest ORDER BY seq
        """;

    /// <summary>Value: the id.</summary>
    public string Retry { get; } = $"""
        UPDATE {schema}job SET state = 'waiting', attempts = 0, due_at = {now}, finished_at = 0
        WHERE id = $1 AND state = 'failed'
        """;

    /// <summary>Value: the id.</summary>
    public string Confirm { get; } =
        $"UPDATE {schema}job SET state = 'waiting', due_at = {now} WHERE id = $1 AND state = 'held'";

    /// <summary>Value: the id.</summary>
    public string Remove { get; } = $"DELETE FROM {schema}job WHERE id = $1";

    /// <summary>Values: milliseconds that a job is kept which is done, which is set aside, and which is
    /// held.</summary>
    public string Sweep { get; } = $"""
        DELETE FROM {schema}job WHERE (state IN ('done', 'failed') AND stays = 0
            AND finished_at < {now} - CASE state WHEN 'done' THEN $1 ELSE $2 END)
            OR (state = 'held' AND put_at < {now} - $3)
        """;

    private static string Integer => "BIGINT";

    /// <summary>Whether anything is due. Values: the lanes.</summary>
    public string Due(int lanes) => $"SELECT seq FROM {schema}job WHERE {IsDue(1, lanes)} LIMIT 1";

    /// <summary>Values: lease, worker, milliseconds, the lanes. Gives the job's seq and
    /// <see cref="Columns"/>.</summary>
    public string Claim(int lanes) => $"""
        UPDATE {schema}job SET state = 'running', attempts = attempts + 1, lease = $1, worker = $2,
            lease_until = {now} + $3, steps_done = 0, steps = 0
        WHERE seq = (SELECT seq FROM {schema}job WHERE {IsDue(4, lanes)} ORDER BY seq LIMIT 1 {locking})
        RETURNING {Columns}, seq
        """;

    /// <summary>Whether anything waits or is worked on. Values: the lanes.</summary>
    public string AnyOpen(int lanes) => $"SELECT seq FROM {schema}job WHERE {IsOpen(1, lanes)} LIMIT 1";

    private string IsDue(int first, int lanes) =>
        $"{IsOpen(first, lanes)} AND CASE state WHEN 'waiting' THEN due_at <= {now} ELSE lease_until < {now} END";

    private static string IsOpen(int first, int lanes) =>
        "state IN ('waiting', 'running') AND lane IN (" +
        string.Join(", ", Enumerable.Range(first, lanes).Select(number => $"${number}")) + ")";
}
