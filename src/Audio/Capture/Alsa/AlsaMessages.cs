using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Speaker.Audio.Capture.Alsa;

/// <summary>
/// The lines that libasound writes to stderr beside the error that it returns. Its handler is one of the whole process:
/// a program may silence it, and a library leaves it alone.
/// </summary>
[SupportedOSPlatform("linux")]
internal static partial class AlsaMessages
{
    private const string Library = "libasound.so.2";

    /// <summary>From now on there are none of them. Where libasound is not installed there are none anyway.</summary>
    public static unsafe void Silence()
    {
        try
        {
            _ = SetHandler(&Ignore);
        }
        catch (DllNotFoundException)
        {
            // Whoever captures says what to install.
        }
    }

    /// <summary>snd_lib_error_handler_t (alsa/error.h) is variadic. On Linux the named arguments of such a call are passed
    /// as those of any other, and the caller removes the rest: who reads none of it need not know.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Ignore(nint file, int line, nint function, int error, nint format)
    {
    }

    [LibraryImport(Library, EntryPoint = "snd_lib_error_set_handler")]
    private static unsafe partial int SetHandler(delegate* unmanaged[Cdecl]<nint, int, nint, int, nint, void> handler);
}
