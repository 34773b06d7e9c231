using Microsoft.Win32.SafeHandles;

namespace NAudio.Wave.Alsa.Interop;

/// <summary>An open PCM of libasound.</summary>
internal sealed class SafePcmHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle() => AlsaLibrary.Close(handle) == 0;
}
