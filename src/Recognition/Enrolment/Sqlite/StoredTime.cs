using System.Globalization;

namespace Speaker.Enrolment.Sqlite;

/// <summary>Moments as the file has them: ISO 8601, UTC.</summary>
internal static class StoredTime
{
    public static string Text(DateTimeOffset time) =>
        time.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture);

    public static DateTimeOffset Of(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
