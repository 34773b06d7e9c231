namespace Speaker.Host.Options;

/// <summary>Where the application's own files (appsettings.json, models/) and the user's store are.</summary>
public static class ApplicationFiles
{
    /// <summary>
    /// The checkout's root when the application runs from inside one, so that an edited appsettings.json or a newly
    /// trained model counts at once; otherwise the folder of the application, where both were copied by the build.
    /// </summary>
    public static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    public static string Settings => Path.Combine(Root, "appsettings.json");

    /// <summary>The folder with the encoder that ships.</summary>
    public static string Models => Path.Combine(Root, "models");

    /// <summary>voiceprints.db in the user's data directory, as the XDG base directory specification places
    /// it.</summary>
    public static string DefaultStore()
    {
        var data = Environment.GetEnvironmentVariable("XDG_DATA_HOME");
        // The specification says that a relative path is to be ignored.
        if (string.IsNullOrEmpty(data) || !Path.IsPathRooted(data))
        {
            data = Environment.GetFolderPath(
                Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        }

        return Path.Combine(data, "speaker", "voiceprints.db");
    }

    private static string FindRoot(string applicationFolder)
    {
        for (var folder = new DirectoryInfo(applicationFolder); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Speaker.sln"))
                && File.Exists(Path.Combine(folder.FullName, "appsettings.json")))
            {
                return folder.FullName;
            }
        }

        return applicationFolder;
    }
}
