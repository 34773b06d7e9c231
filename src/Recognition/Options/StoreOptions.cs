using Microsoft.Extensions.Options;
using Speaker.Audio.Validation;

namespace Speaker;

/// <summary>Where the voiceprints are kept: an SQLite file, or with the package Speaker.Postgres a database. Without effect
/// where another <see cref="IVoiceprintStore"/> is given.</summary>
public sealed class StoreOptions
{
    /// <summary>The file, made by the first enrolment; null: speaker/voiceprints.db in the user's data directory. Or, with
    /// the package Speaker.Postgres, an address: postgresql://USER@HOST:PORT/DATABASE.</summary>
    [NotBlank(OrNull = true)]
    [StoreFile]
    public string? Path { get; set; }

    /// <summary>Seconds that a write waits for another process's transaction, 0.1 to 600.</summary>
    [Between(0.1, 600)]
    public double BusyTimeoutSeconds { get; set; } = 30;

    /// <summary>Keep the recordings of what is enrolled, in a folder beside the SQLite file that its owner alone may
    /// read, or in the database: voiceprints of another model can be made from them. A voice that is kept says more of a
    /// person than a voiceprint.</summary>
    public bool KeepRecordings { get; set; }

    /// <summary>The folder where backups of the SQLite file are kept; null: none is known. A speaker who is removed from the
    /// store, and what is too old, is removed from every backup in it, too.</summary>
    [NotBlank(OrNull = true)]
    public string? BackupFolder { get; set; }

    /// <summary>Whose voiceprints: a tenant has a file beside <see cref="Path"/>, or a schema of the database, of its own.
    /// Empty: what <see cref="Path"/> names itself.</summary>
    internal string Tenant { get; set; } = "";

    /// <summary>The same, for another tenant.</summary>
    internal StoreOptions Of(string tenant)
    {
        var copy = (StoreOptions)MemberwiseClone();
        copy.Tenant = tenant;
        return copy;
    }
}

/// <summary>Checks <see cref="StoreOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class StoreOptionsValidator : IValidateOptions<StoreOptions>;
