using Speaker.Models;

namespace Speaker.CommandLine.Options;

/// <summary>Where the application's own files (appsettings.json, models/) and the user's store are.</summary>
internal static class ApplicationFiles
{
    /// <summary>
    /// The checkout's root when the application runs from inside one, so that an edited appsettings.json or a newly
    /// trained model counts at once; otherwise the folder of the application, where both were copied by the build.
    /// </summary>
    public static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    public static string Settings => Path.Combine(Root, "appsettings.json");

    /// <summary>The model that is used where nobody names one.</summary>
    public static string Model => Path.Combine(Root, "models", ShippedModels.Default);

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
