using System.Text;

namespace Speaker.CommandLine;

/// <summary>
/// The standard output of a verb: what cannot be written is always an error. The console of .NET says nothing where the
/// reader of a pipe has gone, and its text is in the encoding of the locale, which JSON never is.
/// </summary>
internal static class StandardOutput
{
    private static readonly Stream _bytes =
        OperatingSystem.IsWindows() ? Console.OpenStandardOutput() : new UnixOutput();

    /// <summary>Makes text go the same way as bytes. On a terminal the console keeps it, with what it knows of
    /// cursors.</summary>
    public static void Claim()
    {
        if (!OperatingSystem.IsWindows())
        {
            UnixOutput.RequireDescriptor();
        }

        if (Console.IsOutputRedirected)
        {
            Console.SetOut(new StreamWriter(_bytes, WithoutMark(Console.OutputEncoding)) { AutoFlush = true });
        }
    }

    /// <summary>Writes bytes as they are, after the text that was written before.</summary>
    /// <exception cref="IOException">They cannot be written.</exception>
    public static void Write(ReadOnlySpan<byte> bytes)
    {
        Console.Out.Flush();
        _bytes.Write(bytes);
    }

    private static Encoding WithoutMark(Encoding encoding) =>
        encoding is UTF8Encoding ? new UTF8Encoding(encoderShouldEmitUTF8Identifier: false) : encoding;
}
