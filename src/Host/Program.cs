using Speaker.Audio;
using Speaker.Host.Cli;

// Sound files of strangers are decoded in a process of this program's own.
if (SoundDecoder.TryRun(args, out var exitCode))
{
    return exitCode;
}

return await SpeakerCommandLine.RunAsync(args);
