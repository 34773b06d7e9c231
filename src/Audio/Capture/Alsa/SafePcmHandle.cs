using Microsoft.Win32.SafeHandles;

namespace Speaker.Audio.Capture.Alsa;

/// <summary>An open PCM of libasound (snd_pcm_t*).</summary>
internal sealed class SafePcmHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle() => AlsaLibrary.Close(handle) == 0;
}
