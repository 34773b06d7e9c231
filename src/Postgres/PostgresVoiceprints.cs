namespace Speaker.Postgres;

/// <summary>Voiceprints in PostgreSQL, without a container.</summary>
public static class PostgresVoiceprints
{
    /// <summary>
    /// Opens the store at an address, for <see cref="SpeakerRecognizer.Open(SpeakerOptions, IVoiceprintStore)"/>. Nothing is
    /// connected to before the first call, and the first enrolment makes the tables. Keep it as long as the recogniser, and
    /// dispose it afterwards.
    /// </summary>
    /// <param name="address">postgresql://USER@HOST:PORT/DATABASE, as PostgreSQL's own programs read it. The password may be
    /// in it, in the environment variable PGPASSWORD or in a password file (~/.pgpass, PGPASSFILE).</param>
    /// <param name="busyTimeoutSeconds">Seconds that a write waits for another process's transaction.</param>
    /// <param name="protection">The keys that voiceprints are sealed with; null: those of the environment variable
    /// SPEAKER_STORE_KEYS, where it is set.</param>
    /// <returns>The store, which is also an <see cref="IDisposable"/>.</returns>
    /// <exception cref="ArgumentException">It is no such address.</exception>
    public static IVoiceprintStore Open(
        string address, double busyTimeoutSeconds = 30, ProtectionOptions? protection = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(address);
        if (!StoreAddress.IsPostgres(address))
        {
            throw new ArgumentException($"the store is no address: {StoreAddress.Form} is needed", nameof(address));
        }

        try
        {
            return new PostgresVoiceprintStore(
                new StoreOptions { Path = address, BusyTimeoutSeconds = busyTimeoutSeconds }, TimeProvider.System,
                protection);
        }
        catch (FormatException exception)
        {
            throw new ArgumentException($"this is no address of a store: {exception.Message}", nameof(address), exception);
        }
    }
}
