namespace Speaker.Audio.Capture.Alsa;

/// <summary>What libasound says against a device, with its (negative) error number.</summary>
internal class AlsaException : Exception
{
    public AlsaException(int errorCode, string function)
        : base($"{function}: {AlsaLibrary.Describe(errorCode)}")
    {
        ErrorCode = errorCode;
        Function = function;
    }

    /// <summary>libasound's error number, negative.</summary>
    public int ErrorCode { get; }

    /// <summary>The call that failed.</summary>
    public string Function { get; }
}
