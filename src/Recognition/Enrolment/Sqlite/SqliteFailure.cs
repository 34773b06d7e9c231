using Microsoft.Data.Sqlite;

namespace Speaker.Enrolment.Sqlite;

/// <summary>From what SQLite throws to what a store says.</summary>
internal static class SqliteFailure
{
    /// <param name="path">The store.</param>
    /// <param name="exception">What was thrown.</param>
    public static StoreException Explain(string path, SqliteException exception)
    {
        var (problem, message) = Describe(path, exception);
        return new StoreException(problem, message, exception);
    }

    private static (StoreProblem Problem, string Message) Describe(string path, SqliteException exception) =>
        exception.SqliteErrorCode switch
        {
            SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED => (
                StoreProblem.InUse,
                $"store {path} is in use by another process: try again, or raise BusyTimeoutSeconds"),
            SQLitePCL.raw.SQLITE_FULL => (
                StoreProblem.Full,
                $"no space left for the store {path}: nothing was written; free some space and try again"),
            SQLitePCL.raw.SQLITE_NOTADB => (
                StoreProblem.NotAStore,
                $"{path} is not a Speaker store (not an SQLite database): use another file"),
            SQLitePCL.raw.SQLITE_CORRUPT => (
                StoreProblem.Damaged,
                $"store {path} is damaged ({exception.Message}): restore it from a copy, or enrol into a new one"),
            SQLitePCL.raw.SQLITE_READONLY or SQLitePCL.raw.SQLITE_PERM or SQLitePCL.raw.SQLITE_AUTH => (
                StoreProblem.NotPermitted,
                $"store {path} cannot be written: check the permissions of the file and its folder"),
            SQLitePCL.raw.SQLITE_CANTOPEN => (
                StoreProblem.NotPermitted,
                $"store {path} cannot be opened: check that it is a file and that you may read and write it and its " +
                "folder"),
            SQLitePCL.raw.SQLITE_IOERR => (
                StoreProblem.Failed,
                $"reading or writing the store {path} failed ({exception.Message}): nothing was written; check the disk"),
            _ => (StoreProblem.Failed, $"store {path}: {exception.Message}"),
        };
}
