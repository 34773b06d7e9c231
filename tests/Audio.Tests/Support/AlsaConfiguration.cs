using System.Runtime.InteropServices;

namespace Speaker.Audio.Tests.Support;

/// <summary>
/// Microphones that need no hardware: PCMs of ALSA's "file" type over "null", named in a configuration of the
/// test's own. The variable goes to the C library, whose environment libasound reads.
/// </summary>
internal static partial class AlsaConfiguration
{
    /// <summary>The collection of the tests that share the variable, which run one after the other.</summary>
    public const string Tests = "ALSA";

    /// <summary>Makes <paramref name="samples"/> what the device "recording" captures, then silence.</summary>
    public static void Use(TemporaryFolder folder, float[] samples, string slave = "nothing") =>
        Configure(folder, folder.Write("capture.raw", SoundWriter.Pcm16(samples)), slave);

    /// <summary>
    /// Makes <paramref name="samples"/> what the device "recording" captures, after which it hangs until what
    /// is returned is disposed.
    /// </summary>
    public static FileStream UseThenHang(TemporaryFolder folder, float[] samples)
    {
        var path = folder.File("capture.pipe");
        Assert.Equal(0, MakePipe(path, 0x180));

        // Opened for reading as well, so that opening it waits for nobody.
        var pipe = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, 0);
        pipe.Write(SoundWriter.Pcm16(samples));
        Configure(folder, path, "nothing");
        return pipe;
    }

    /// <summary>As <see cref="Use"/>, with a device that is listed with its description.</summary>
    public static void UseDescribed(TemporaryFolder folder, float[] samples, string description) => Configure(
        folder, folder.Write("capture.raw", SoundWriter.Pcm16(samples)), "nothing",
        $"hint {{ show on description \"{description}\" }} ");

    private static void Configure(TemporaryFolder folder, string sound, string slave, string hint = "")
    {
        var configuration = folder.Write("asound.conf", System.Text.Encoding.ASCII.GetBytes(
            "pcm.nothing { type null }\n"
            + "pcm.recording { " + hint + "type file slave.pcm \"" + slave + "\" file \"/dev/null\" format raw infile \""
            + sound + "\" }\n"));
        Assert.Equal(0, SetEnvironment("ALSA_CONFIG_PATH", configuration, 1));
    }

    [LibraryImport("libc", EntryPoint = "mkfifo", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakePipe(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
