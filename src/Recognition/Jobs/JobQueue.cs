using System.Data.Common;
using System.Security.Cryptography;

namespace Speaker.Jobs;

/// <summary>One transaction of a queue: statements with their values in order, $1 the first. A value is a text, a whole
/// number (<see cref="long"/>), bytes, or null for a text.</summary>
internal interface IJobTransaction
{
    /// <summary>Runs a statement.</summary>
    /// <returns>How many rows it changed.</returns>
    Task<int> ExecuteAsync(string sql, params object?[] values);

    /// <summary>Every row of a query.</summary>
    Task<List<T>> QueryAsync<T>(string sql, Func<DbDataReader, T> row, params object?[] values);
}

/// <summary>What queues do, whatever database keeps their jobs; the database's part is to run transactions.</summary>
/// <param name="statements">In the database's SQL.</param>
/// <param name="limits">How much, and for how long.</param>
internal abstract class JobQueue(JobStatements statements, JobLimits limits) : IJobQueue
{
    private const int SeqColumn = 17;

    public abstract string Location { get; }

    public async Task<PutJob> PutAsync(NewJob job, CancellationToken cancellationToken)
    {
        var bytes = job.Sounds.Sum(sound => (long)sound.Content.Length);
        return await WriteAsync(
            async transaction =>
            {
                if (job.Key is { } key && await OfKeyAsync(transaction, key).ConfigureAwait(false) is { } there)
                {
                    return new PutJob(there, false);
                }

                var open = await CountAsync(transaction).ConfigureAwait(false);
                RequireRoom(open, bytes, job.IsHeld);
                return await PutAsync(transaction, job, bytes).ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false);
    }

    public async Task<ClaimedJob?> ClaimAsync(
        string worker, IReadOnlyList<string> lanes, CancellationToken cancellationToken)
    {
        // Most of the time nothing is due, and a look takes no lock.
        var isDue = await ReadAsync(
            async transaction => (await transaction.QueryAsync(
                statements.Due(lanes.Count), row => row.GetInt64(0), [.. lanes]).ConfigureAwait(false)).Count > 0,
            false, cancellationToken).ConfigureAwait(false);
        if (!isDue)
        {
            return null;
        }

        var lease = NewId();
        return await WriteAsync(
            async transaction =>
            {
                var claimed = await transaction.QueryAsync(
                    statements.Claim(lanes.Count), row => (Job: ReadJob(row), Seq: row.GetInt64(SeqColumn)),
                    [lease, worker, Milliseconds(limits.Lease), .. lanes]).ConfigureAwait(false);
                return claimed.Count == 0 ? null : new ClaimedJob(claimed[0].Job, lease, await transaction.QueryAsync(
                    statements.Sounds, ReadSound,
                    claimed[0].Seq).ConfigureAwait(false));
            },
            cancellationToken).ConfigureAwait(false);
    }

    public Task<bool> ExtendAsync(ClaimedJob job, JobProgress progress, CancellationToken cancellationToken) =>
        ChangeAsync(
            statements.Extend, cancellationToken, progress.Done, progress.Total, Milliseconds(limits.Lease), job.Job.Id,
            job.Lease);

    public Task<bool> FinishAsync(ClaimedJob job, JobEnd end, CancellationToken cancellationToken) => WriteAsync(
        async transaction =>
        {
            var finished = await transaction.QueryAsync(
                statements.Finish, row => row.GetInt64(0), end.IsDone ? "done" : "failed", end.Result, end.Problem,
                job.Job.Id, job.Lease, end.DropsSound ? 1L : 0L).ConfigureAwait(false);
            if (finished.Count == 0)
            {
                return false;
            }

            if (end.DropsSound)
            {
                await transaction.ExecuteAsync(statements.DropSounds, finished[0]).ConfigureAwait(false);
            }

            if (end.Next is { } next)
            {
                await PutAsync(transaction, next, next.Sounds.Sum(sound => (long)sound.Content.Length))
                    .ConfigureAwait(false);
            }

            return true;
        },
        cancellationToken);

    public Task<bool> PostponeAsync(
        ClaimedJob job, TimeSpan delay, string? problem, bool counts, CancellationToken cancellationToken) =>
        ChangeAsync(
            statements.Postpone, cancellationToken, Milliseconds(delay), problem, counts ? 0L : 1L, job.Job.Id, job.Lease);

    public Task<KeptJob?> ReadAsync(string id, CancellationToken cancellationToken) => ReadAsync(
        async transaction => (await transaction.QueryAsync(statements.Read, ReadJob, id).ConfigureAwait(false))
            .FirstOrDefault(),
        null, cancellationToken);

    public Task<IReadOnlyList<JobSound>> ReadSoundsAsync(string id, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<JobSound>>(
            async transaction => await transaction.QueryAsync(statements.SoundsOfId, ReadSound, id).ConfigureAwait(false),
            [], cancellationToken);

    public Task<IReadOnlyList<KeptJob>> ListAsync(JobState? state, int limit, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<KeptJob>>(
            async transaction => state is { } wanted
                ? await transaction.QueryAsync(statements.ListOfState, ReadJob, (long)limit, Word(wanted))
                    .ConfigureAwait(false)
                : await transaction.QueryAsync(statements.ListAll, ReadJob, (long)limit).ConfigureAwait(false),
            [], cancellationToken);

    public Task<JobCounts> CountAsync(CancellationToken cancellationToken) =>
        ReadAsync(CountAsync, new JobCounts(0, 0, 0, 0, 0), cancellationToken);

    public Task<bool> IsIdleAsync(IReadOnlyList<string> lanes, CancellationToken cancellationToken) => ReadAsync(
        async transaction => (await transaction.QueryAsync(
            statements.AnyOpen(lanes.Count), row => row.GetInt64(0), [.. lanes]).ConfigureAwait(false)).Count == 0,
        true, cancellationToken);

    public Task<bool> RetryAsync(string id, CancellationToken cancellationToken) =>
        ChangeAsync(statements.Retry, cancellationToken, id);

    public Task<bool> ConfirmAsync(string id, CancellationToken cancellationToken) =>
        ChangeAsync(statements.Confirm, cancellationToken, id);

    public Task<bool> RemoveAsync(string id, CancellationToken cancellationToken) =>
        ChangeAsync(statements.Remove, cancellationToken, id);

    public Task<int> SweepAsync(CancellationToken cancellationToken) => EditAsync(
        transaction => transaction.ExecuteAsync(
            statements.Sweep, Milliseconds(limits.KeepDone), Milliseconds(limits.KeepFailed),
            Milliseconds(limits.KeepHeld)),
        0, cancellationToken);

    /// <summary>Reads; gives <paramref name="empty"/> where there is no queue yet.</summary>
    /// <exception cref="StoreException">The queue cannot be read.</exception>
    protected abstract Task<T> ReadAsync<T>(
        Func<IJobTransaction, Task<T>> read, T empty, CancellationToken cancellationToken);

    /// <summary>Changes what is there; gives <paramref name="empty"/> where there is no queue yet.</summary>
    /// <exception cref="StoreException">The queue cannot be written.</exception>
    protected abstract Task<T> EditAsync<T>(
        Func<IJobTransaction, Task<T>> edit, T empty, CancellationToken cancellationToken);

    /// <summary>Writes, in one transaction that is undone if the work throws; makes the queue where there is
    /// none.</summary>
    /// <exception cref="StoreException">The queue cannot be written.</exception>
    protected abstract Task<T> WriteAsync<T>(
        Func<IJobTransaction, Task<T>> write, CancellationToken cancellationToken);

    private Task<bool> ChangeAsync(string statement, CancellationToken cancellationToken, params object?[] values) =>
        EditAsync(
            async transaction => await transaction.ExecuteAsync(statement, values).ConfigureAwait(false) > 0, false,
            cancellationToken);

    private async Task<string?> OfKeyAsync(IJobTransaction transaction, string key) =>
        (await transaction.QueryAsync(statements.OfKey, row => row.GetString(0), key).ConfigureAwait(false))
        .FirstOrDefault();

    private async Task<PutJob> PutAsync(IJobTransaction transaction, NewJob job, long bytes)
    {
        var id = NewId();
        var put = await transaction.QueryAsync(
            statements.Insert, row => row.GetInt64(0), id, job.Kind, job.Lane, job.Key, job.Subject, job.Request,
            (long)job.Attempts, bytes, job.Stays ? 1L : 0L, Word(job.IsHeld ? JobState.Held : JobState.Waiting))
            .ConfigureAwait(false);
        if (put.Count == 0)
        {
            // Another process put it a moment ago.
            return new PutJob((await OfKeyAsync(transaction, job.Key!).ConfigureAwait(false))!, false);
        }

        for (var i = 0; i < job.Sounds.Count; i++)
        {
            await transaction.ExecuteAsync(
                statements.InsertSound, put[0], (long)i, job.Sounds[i].Name, job.Sounds[i].Content).ConfigureAwait(false);
        }

        return new PutJob(id, true);
    }

    /// <summary>What others put at the same moment is not counted: the bound may be passed by that much.</summary>
    private void RequireRoom(JobCounts open, long bytes, bool isHeld)
    {
        if (isHeld && open.Held >= limits.Held)
        {
            throw new JobQueueFullException(
                $"{open.Held:#,0} jobs are held in {Location} until a person confirms them, and {limits.Held:#,0} may be " +
                "(Speaker:Jobs:MaximumHeld): confirm or remove some of them");
        }

        if (open.Waiting + open.Running >= limits.Jobs)
        {
            throw new JobQueueFullException(
                $"{open.Waiting + open.Running:#,0} jobs wait in {Location}, and {limits.Jobs:#,0} may " +
                "(Speaker:Jobs:MaximumJobs): come again later");
        }

        if (open.Bytes + bytes > limits.Bytes)
        {
            throw new JobQueueFullException(
                $"{open.Bytes / 1e6:0.0} MB of sound wait or are set aside in {Location}, this is {bytes / 1e6:0.0} MB, and " +
                $"{limits.Bytes / 1e6:0} MB may (Speaker:Jobs:MaximumMegabytes): come again later");
        }
    }

    private async Task<JobCounts> CountAsync(IJobTransaction transaction) => (await transaction.QueryAsync(
        statements.Open,
        row => new JobCounts(
            row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4))).ConfigureAwait(false))[0];

    private static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    private static long Milliseconds(TimeSpan span) => (long)span.TotalMilliseconds;

    private static KeptJob ReadJob(DbDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetString(2), Text(row, 3), row.GetString(4), StateOf(row.GetString(5)),
        (int)row.GetInt64(6), (int)row.GetInt64(7), Time(row, 8), Time(row, 9),
        row.GetInt64(10) == 0 ? null : Time(row, 10), Text(row, 11), Text(row, 12), Text(row, 13),
        new JobProgress(row.GetInt64(14), row.GetInt64(15)), row.GetInt64(16));

    private static JobSound ReadSound(DbDataReader row) => new(row.GetString(0), row.GetFieldValue<byte[]>(1));

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static DateTimeOffset Time(DbDataReader row, int column) =>
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));

    private static string Word(JobState state) => state switch
    {
        JobState.Held => "held",
        JobState.Waiting => "waiting",
        JobState.Running => "running",
        JobState.Done => "done",
        _ => "failed",
    };

    private static JobState StateOf(string word) => word switch
    {
        "held" => JobState.Held,
        "waiting" => JobState.Waiting,
        "running" => JobState.Running,
        "done" => JobState.Done,
        _ => JobState.Failed,
    };
}
