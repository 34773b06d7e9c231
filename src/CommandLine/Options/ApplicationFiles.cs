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

    /// <summary>The folder with the models that ship.</summary>
    public static string Models => Path.Combine(Root, "models");

    /// <summary>The model that is meant: one that ships, from the folder <see cref="Models"/> where it is there.</summary>
    /// <param name="pathOrName">Null: the one that is used where nobody names one.</param>
    public static string Model(string? pathOrName)
    {
        var name = pathOrName ?? ShippedModels.Default;
        var file = Path.Combine(Models, name + ModelFiles.WeightsExtension);
        return ShippedModels.All.Contains(name) && File.Exists(file) ? file : name;
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
