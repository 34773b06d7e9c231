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

        return options.Store.BackupFolder is { } folder
            ? ValidateOptionsResult.Fail(Bounds.Sentence(
                $"{Place}.{nameof(StoreOptions.BackupFolder)}", $"'{folder}'",
                "null where the store is a database: its backups are the server's"))
            : ValidateOptionsResult.Success;
    }
}
