namespace Speaker.Enrolment.Sqlite;

/// <summary>Where voiceprints are kept when nobody says where.</summary>
internal static class DefaultStore
{
    /// <summary>voiceprints.db in the user's data directory, as the XDG base directory specification places
    /// it.</summary>
    public static string Path()
    {
        var data = Environment.GetEnvironmentVariable("XDG_DATA_HOME");
        // The specification says that a relative path is to be ignored.
        if (string.IsNullOrEmpty(data) || !System.IO.Path.IsPathRooted(data))
        {
            data = Environment.GetFolderPath(
                Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        }

        return System.IO.Path.Combine(data, "speaker", "voiceprints.db");
    }
}
