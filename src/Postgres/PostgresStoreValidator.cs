using Microsoft.Extensions.Options;
using Speaker.Audio.Validation;

namespace Speaker.Postgres;

/// <summary>Checks <see cref="StoreOptions"/> where their path is an address.</summary>
internal sealed class PostgresStoreValidator : IValidateOptions<SpeakerOptions>
{
    private const string Place = $"{nameof(SpeakerOptions)}.{nameof(SpeakerOptions.Store)}";

    public ValidateOptionsResult Validate(string? name, SpeakerOptions options)
    {
        if (options.Store.Path is not { } path || !StoreAddress.IsPostgres(path))
        {
            return ValidateOptionsResult.Skip;
        }

        try
        {
            PostgresAddress.Parse(path);
        }
        catch (FormatException exception)
        {
            return ValidateOptionsResult.Fail(Bounds.Sentence(
                $"{Place}.{nameof(StoreOptions.Path)}", $"'{StoreAddress.Shown(path)}'",
                $"{StoreAddress.Form}: {exception.Message}"));
        }

        if (options.Store.BackupFolder is { } folder)
        {
            return ValidateOptionsResult.Fail(Bounds.Sentence(
                $"{Place}.{nameof(StoreOptions.BackupFolder)}", $"'{folder}'",
                "null where the store is a database: its backups are the server's"));
        }

        return options.Store.KeepRecordings
            ? ValidateOptionsResult.Fail(Bounds.Sentence(
                $"{Place}.{nameof(StoreOptions.KeepRecordings)}", "true",
                "false where the store is a database: recordings are kept beside an SQLite file alone"))
            : ValidateOptionsResult.Success;
    }
}
