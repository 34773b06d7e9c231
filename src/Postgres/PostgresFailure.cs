using System.Net.Sockets;
using Npgsql;

namespace Speaker.Postgres;

/// <summary>From what Npgsql throws to what a store says. No message has a password in it.</summary>
internal static class PostgresFailure
{
    /// <summary>idle_in_transaction_session_timeout ended the connection.</summary>
    private const string IdleInTransaction = "25P03";

    private const string WherePasswordsAre =
        "the password is from SPEAKER_STORE, PGPASSWORD or the password file (~/.pgpass, PGPASSFILE)";

    /// <summary>Whether the connection is gone, and with it a transaction that was not committed.</summary>
    public static bool IsConnectionLost(Exception exception) => exception switch
    {
        PostgresException failure => failure.SqlState is PostgresErrorCodes.AdminShutdown
            or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow
            or IdleInTransaction
            || failure.SqlState.StartsWith("08", StringComparison.Ordinal),
        NpgsqlException failure => failure.InnerException is IOException or SocketException or ObjectDisposedException,
        _ => exception is IOException or SocketException,
    };

    /// <summary>What a store says.</summary>
    /// <param name="location">The store, without its password.</param>
    /// <param name="exception">What was thrown.</param>
    public static StoreException Explain(string location, Exception exception)
    {
        var (problem, message) = exception switch
        {
            PostgresException failure => Explain(location, failure),
            { InnerException: TimeoutException } or TimeoutException => (
                StoreProblem.InUse, $"store {location} does not answer in time: try again, or look at the server"),
            // What Npgsql says where the server asks for a password and there is none.
            _ when exception.Message.StartsWith("No password", StringComparison.Ordinal) => (
                StoreProblem.NotPermitted, $"store {location} wants a password: {WherePasswordsAre}"),
            _ => (
                StoreProblem.Failed,
                $"store {location} cannot be reached ({Inner(exception)}): nothing was written; check that the server " +
                "runs, and its address"),
        };
        return new StoreException(problem, message, exception);
    }

    private static (StoreProblem Problem, string Message) Explain(string location, PostgresException exception) =>
        exception.SqlState switch
        {
            PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected
                or PostgresErrorCodes.SerializationFailure => (
                StoreProblem.InUse,
                $"store {location} is in use by another process: try again, or raise BusyTimeoutSeconds"),
            PostgresErrorCodes.TooManyConnections => (
                StoreProblem.InUse,
                $"store {location} has no connection left: try again, or raise max_connections of the server"),
            PostgresErrorCodes.DiskFull => (
                StoreProblem.Full,
                $"no space left for the store {location}: nothing was written; free some space on the server and try again"),
            PostgresErrorCodes.ReadOnlySqlTransaction => (
                StoreProblem.NotPermitted,
                $"store {location} cannot be written: the server takes no writes (a standby, or " +
                "default_transaction_read_only is on)"),
            PostgresErrorCodes.InsufficientPrivilege => (
                StoreProblem.NotPermitted,
                $"store {location} cannot be used by this user ({exception.MessageText}): grant it, or name another user"),
            PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification => (
                StoreProblem.NotPermitted,
                $"store {location} does not let this user in ({exception.MessageText}): {WherePasswordsAre}"),
            PostgresErrorCodes.InvalidCatalogName => (
                StoreProblem.Failed, $"store {location}: {exception.MessageText}: create it with createdb"),
            PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted or PostgresErrorCodes.UndefinedFile
                or PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn => (
                StoreProblem.Damaged,
                $"store {location} is damaged ({exception.MessageText}): restore it from a backup"),
            _ when IsConnectionLost(exception) => (
                StoreProblem.Failed,
                $"store {location}: the connection was lost ({exception.MessageText}): nothing was written; try again"),
            _ => (StoreProblem.Failed, $"store {location}: {exception.MessageText}"),
        };

    private static string Inner(Exception exception) =>
        (exception.InnerException ?? exception).Message.ReplaceLineEndings(" ");
}
