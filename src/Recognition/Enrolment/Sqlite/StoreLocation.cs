using Speaker.Options;
using Microsoft.Extensions.Options;

namespace Speaker.Enrolment.Sqlite;

/// <summary>Opens the store that the settings name.</summary>
internal sealed class StoreLocation(IOptions<StoreOptions> options, TimeProvider time)
{
    /// <summary>The SQLite file, whether it exists yet or not.</summary>
    public string Path { get; } = options.Value.Path ?? DefaultStore.Path();

    private TimeSpan BusyTimeout { get; } = TimeSpan.FromSeconds(options.Value.BusyTimeoutSeconds);

    /// <summary>Opens it for writing, creating it if there is none.</summary>
    /// <exception cref="StoreException">The file is not a store, is damaged or cannot be opened.</exception>
    public VoiceprintStore Open() => VoiceprintStore.Open(Path, BusyTimeout, time);

    /// <summary>Opens it if it exists; null if nobody has ever been enrolled there.</summary>
    /// <exception cref="StoreException">The file is not a store, is damaged or cannot be opened.</exception>
    public VoiceprintStore? OpenExisting() => VoiceprintStore.OpenExisting(Path, BusyTimeout, time);
}
