using System.Diagnostics;
using System.Globalization;
using Speaker.CommandLine;

namespace Speaker.Host.Tests.Support;

/// <summary>A test that mounts a file system, which only root may; skipped where mounting is not allowed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RootFactAttribute : FactAttribute
{
    public RootFactAttribute()
    {
        using var folder = new TemporaryFolder();
        if (!SmallDisk.CanMount(folder.Root))
        {
            Skip = "mounting a file system is not allowed here";
        }
    }
}

/// <summary>A file system in memory with little room.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string _folder;

    public SmallDisk(string folder, int kilobytes)
    {
        _folder = folder;
        Assert.True(Mount(folder, kilobytes), "mount failed");
    }

    private string Filler => Path.Combine(_folder, "filler");

    public static bool CanMount(string folder)
    {
        if (!Environment.IsPrivilegedProcess || !Mount(folder, 64))
        {
            return false;
        }

        Run("umount", folder);
        return true;
    }

    /// <summary>Writes until nothing more fits.</summary>
    public void Fill()
    {
        using var file = new FileStream(Filler, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
            {
                file.Write(new byte[1024]);
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }

    public void Empty() => File.Delete(Filler);

    /// <summary>At once, also where a server has not let go of a file yet.</summary>
    public void Dispose() => Run("umount", "--lazy", _folder);

    private static bool Mount(string folder, int kilobytes) =>
        Run("mount", "-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={kilobytes}k"), "tmpfs",
            folder);

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
