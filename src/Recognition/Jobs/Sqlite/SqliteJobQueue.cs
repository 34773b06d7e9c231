using System.Data.Common;
using Microsoft.Data.Sqlite;
using Speaker.Enrolment.Sqlite;

namespace Speaker.Jobs.Sqlite;

/// <summary>Jobs in an SQLite file of their own beside the store (mode 0600), opened anew for every call. Any number of
/// processes of one machine may use it at once.</summary>
/// <remarks>As the store's own file it has a rollback journal and overwrites what is deleted: of sound that was
/// listened to no byte stays in it.</remarks>
#pragma warning disable CA1001 // the semaphore has nothing to release: nobody asks for its wait handle
internal sealed class SqliteJobQueue(string path, JobLimits limits)
    : JobQueue(SqliteJobSchema.Statements, limits)
#pragma warning restore CA1001
{
    /// <summary>What follows the store's name.</summary>
    public const string Ending = ".queue.db";

    private readonly SemaphoreSlim _writer = new(1);
    private readonly int _busySeconds = Math.Max(1, (int)Math.Ceiling(limits.Busy.TotalSeconds));

    public override string Location => path;

    protected override Task<T> ReadAsync<T>(
        Func<IJobTransaction, Task<T>> read, T empty, CancellationToken cancellationToken) =>
        Task.Run(
            () => File.Exists(path) ? VoiceprintDatabase.Guarded(path, () => Run(read, isWriting: false)) : empty,
            cancellationToken);

    protected override Task<T> EditAsync<T>(
        Func<IJobTransaction, Task<T>> edit, T empty, CancellationToken cancellationToken) =>
        File.Exists(path) ? WriteAsync(edit, cancellationToken) : Task.FromResult(empty);

    protected override async Task<T> WriteAsync<T>(
        Func<IJobTransaction, Task<T>> write, CancellationToken cancellationToken)
    {
        await _writer.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await Task.Run(
                () =>
                {
                    StoreFile.CreatePrivate(path);
                    return VoiceprintDatabase.Guarded(path, () => Run(write, isWriting: true));
                },
                cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _writer.Release();
        }
    }

    private T Run<T>(Func<IJobTransaction, Task<T>> work, bool isWriting)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = Path.GetFullPath(path),
            Mode = SqliteOpenMode.ReadWrite,
            Pooling = false,
            DefaultTimeout = _busySeconds,
        }.ToString());
        connection.Open();
        SqliteJobSchema.Prepare(connection, path);
        using var transaction = connection.BeginTransaction(deferred: !isWriting);
        // SQLite has no asynchronous calls: the work has ended when it returns.
        var result = work(new Transaction(connection, transaction)).GetAwaiter().GetResult();
        transaction.Commit();
        return result;
    }

    private sealed class Transaction(SqliteConnection connection, SqliteTransaction transaction) : IJobTransaction
    {
        public Task<int> ExecuteAsync(string sql, params object?[] values)
        {
            using var command = Command(sql, values);
            return Task.FromResult(command.ExecuteNonQuery());
        }

        public Task<List<T>> QueryAsync<T>(string sql, Func<DbDataReader, T> row, params object?[] values)
        {
            using var command = Command(sql, values);
            using var reader = command.ExecuteReader();
            var rows = new List<T>();
            while (reader.Read())
            {
                rows.Add(row(reader));
            }

            return Task.FromResult(rows);
        }

        private SqliteCommand Command(string sql, object?[] values)
        {
            var command = connection.CreateCommand();
#pragma warning disable CA2100 // every statement is a constant; values are parameters
            command.CommandText = sql;
#pragma warning restore CA2100
            command.Transaction = transaction;
            for (var i = 0; i < values.Length; i++)
            {
                command.Parameters.AddWithValue($"${i + 1}", values[i] ?? DBNull.Value);
            }

            return command;
        }
    }
}
