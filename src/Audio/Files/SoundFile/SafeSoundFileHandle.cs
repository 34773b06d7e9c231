using Microsoft.Win32.SafeHandles;

namespace Speaker.Audio.Files.SoundFile;

/// <summary>An open file of libsndfile (SNDFILE*).</summary>
internal sealed class SafeSoundFileHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle() => SoundFileLibrary.Close(handle) == 0;
}
