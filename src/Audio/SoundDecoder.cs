using Speaker.Audio.Files.Isolation;

namespace Speaker.Audio;

/// <summary>
/// Makes a program its own decoder of untrusted sound files: it starts itself, as a process that decodes and nothing else,
/// and a file that hangs or crashes a codec library ends that process instead of the program.
/// </summary>
public static class SoundDecoder
{
    /// <summary>
    /// To be called first thing in Main. From then on <see cref="AudioFileOptions"/> without a decoder use this program.
    /// </summary>
    /// <param name="arguments">The program's.</param>
    /// <param name="exitCode">What Main is to return.</param>
    /// <returns>True where this process was a decoder and its work is done.</returns>
    /// <example><code>
    /// if (SoundDecoder.TryRun(args, out var exitCode))
    /// {
    ///     return exitCode;
    /// }
    /// </code></example>
    public static bool TryRun(ReadOnlySpan<string> arguments, out int exitCode)
    {
        exitCode = 0;
        if (arguments.IsEmpty || arguments[0] != DecoderProgram.Verb)
        {
            DecoderProgram.RegisterOwn();
            return false;
        }

        exitCode = DecoderWorker.Run(arguments[1..]);
        return true;
    }
}
