namespace Speaker.Audio.Capture.Alsa;

/// <summary>What libasound says against a device.</summary>
/// <param name="errorCode">libasound's error number, negative.</param>
/// <param name="function">The call that failed.</param>
internal sealed class AlsaException(int errorCode, string function)
    : CaptureException($"{function}: {AlsaLibrary.Describe(errorCode)}")
{
    /// <summary>libasound's error number, negative.</summary>
    public int ErrorCode { get; } = errorCode;
}
