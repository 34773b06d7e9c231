// File modes, signals and ALSA: what the tests of the application check is Linux's.
[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]

namespace Speaker.Host.Tests.Support;

/// <summary>A folder for one test, gone with it.</summary>
public sealed class TestFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("speaker-test-");

    public string Path => _folder.FullName;

    public string File(params ReadOnlySpan<string> parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>A new folder below.</summary>
    public string Folder(params ReadOnlySpan<string> parts)
    {
        var path = File(parts);
        Directory.CreateDirectory(path);
        return path;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
