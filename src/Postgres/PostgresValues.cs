using System.Globalization;
using System.Text;
using Npgsql;
using NpgsqlTypes;
using Speaker.Audio;
using Speaker.Enrolment;

namespace Speaker.Postgres;

/// <summary>Values on their way into statements and out of rows.</summary>
internal static class PostgresValues
{
    /// <summary>Of the values of <see cref="Numbers"/>, where those are the first ones of a statement.</summary>
    public const string AnyOf = "ANY (string_to_array($1, ',')::bigint[])";

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>A speaker's name as the store has it.</summary>
    public static NpgsqlParameter Name(string name) => Text(SpeakerName.Normalise(name));

    /// <summary>A text. PostgreSQL keeps neither U+0000 nor half a surrogate pair: U+FFFD takes their place.</summary>
    public static NpgsqlParameter Text(string? text) => new()
    {
        NpgsqlDbType = NpgsqlDbType.Text,
        Value = text is null ? DBNull.Value : Utf8.GetString(Utf8.GetBytes(text)).Replace('\0', '\uFFFD'),
    };

    public static NpgsqlParameter Number(long number) => new NpgsqlParameter<long> { TypedValue = number };

    /// <summary>Any number of numbers, in a type that need not be asked for.</summary>
    public static NpgsqlParameter Numbers(IEnumerable<long> numbers) =>
        Text(string.Join(',', numbers.Select(number => number.ToString(CultureInfo.InvariantCulture))));

    public static NpgsqlParameter Real(double? number) => new()
    {
        NpgsqlDbType = NpgsqlDbType.Double,
        Value = number is { } value ? value : DBNull.Value,
    };

    public static NpgsqlParameter Bytes(byte[]? bytes) => new()
    {
        NpgsqlDbType = NpgsqlDbType.Bytea,
        Value = (object?)bytes ?? DBNull.Value,
    };

    /// <summary>A moment, to the microsecond.</summary>
    public static NpgsqlParameter Time(DateTimeOffset? time) => new()
    {
        NpgsqlDbType = NpgsqlDbType.TimestampTz,
        Value = time is { } value ? value.UtcDateTime : DBNull.Value,
    };

    public static void Add(this NpgsqlBatch batch, string sql, params IReadOnlyList<NpgsqlParameter> values)
    {
#pragma warning disable CA2100 // every statement is a constant; values are parameters
        var command = new NpgsqlBatchCommand(sql);
#pragma warning restore CA2100
        foreach (var value in values)
        {
            command.Parameters.Add(value);
        }

        batch.BatchCommands.Add(command);
    }

    /// <summary>The rows of the result that the reader is at.</summary>
    public static async Task<List<T>> RowsAsync<T>(
        this NpgsqlDataReader reader, Func<NpgsqlDataReader, T> row, CancellationToken cancellationToken)
    {
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            rows.Add(row(reader));
        }

        return rows;
    }

    public static DateTimeOffset ReadTime(this NpgsqlDataReader reader, int column) =>
        new(reader.GetDateTime(column), TimeSpan.Zero);

    public static string? ReadText(this NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetString(column);

    public static double? ReadReal(this NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetDouble(column);

    /// <summary>Five columns from the first on: peak, clipped_fraction, speech_level, signal_to_noise, bandwidth.</summary>
    public static AudioQuality? ReadQuality(this NpgsqlDataReader reader, int first) => reader.IsDBNull(first)
        ? null
        : new AudioQuality(
            reader.GetDouble(first), reader.GetDouble(first + 1), reader.GetDouble(first + 2),
            reader.ReadReal(first + 3), reader.GetDouble(first + 4));

    /// <summary>The five values in the same order.</summary>
    public static NpgsqlParameter[] Quality(AudioQuality? quality) =>
    [
        Real(quality?.Peak), Real(quality?.ClippedFraction), Real(quality?.SpeechLevel), Real(quality?.SignalToNoise),
        Real(quality?.Bandwidth),
    ];
}
