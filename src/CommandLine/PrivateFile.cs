namespace Speaker.CommandLine;

/// <summary>A file that only its owner may read or write (mode 0600).</summary>
internal static class PrivateFile
{
    /// <exception cref="UsageException">Others may read or write it.</exception>
    /// <exception cref="IOException">It cannot be looked at.</exception>
    public static void Require(string path)
    {
        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead
            | UnixFileMode.OtherWrite;
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != 0)
        {
            throw new UsageException(
                $"{path} may be read or written by others than its owner: run 'chmod 600 {path}'");
        }
    }
}
