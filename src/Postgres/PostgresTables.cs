namespace Speaker.Postgres;

/// <summary>The tables of a schema that has versions: whether they are there, and that they are of this program's
/// version before something is written.</summary>
/// <param name="connections">To the database.</param>
/// <param name="newest">This program's version.</param>
/// <param name="version">The version of what is there; 0 where nothing is.</param>
/// <param name="migrate">Brings it up to this program's, whoever else does.</param>
internal sealed class PostgresTables(
    PostgresConnections connections,
    int newest,
    Func<PostgresTransaction, CancellationToken, Task<int>> version,
    Func<PostgresTransaction, CancellationToken, Task<int>> migrate)
{
    private volatile bool _isCurrent;

    /// <summary>Whether they are there; those of an earlier version are brought up to this one's.</summary>
    /// <exception cref="StoreException">They are of a newer version, somebody else's, or the server cannot be
    /// reached.</exception>
    public async Task<bool> AreThereAsync(CancellationToken cancellationToken)
    {
        if (_isCurrent)
        {
            return true;
        }

        var found = await connections.ReadAsync(
            transaction => version(transaction, cancellationToken), cancellationToken).ConfigureAwait(false);
        if (found == 0)
        {
            return false;
        }

        if (found < newest)
        {
            await MigrateAsync(cancellationToken).ConfigureAwait(false);
        }

        return _isCurrent = true;
    }

    /// <summary>Makes them where there are none.</summary>
    /// <exception cref="StoreException">As <see cref="AreThereAsync"/>; or they cannot be made.</exception>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        if (!await AreThereAsync(cancellationToken).ConfigureAwait(false))
        {
            await MigrateAsync(cancellationToken).ConfigureAwait(false);
            _isCurrent = true;
        }
    }

    private Task<int> MigrateAsync(CancellationToken cancellationToken) => connections.WriteAsync(
        transaction => migrate(transaction, cancellationToken), cancellationToken);
}
