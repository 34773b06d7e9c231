namespace Speaker.Audio.Capture.Alsa;

/// <summary>The calls that capture makes to an open PCM, each with libasound's error number, negative, where it fails.
/// Tests put faults between them and the library.</summary>
internal interface ICapturePcm : IDisposable
{
    int Start();

    /// <returns>1: there is sound; 0: none came in time.</returns>
    int Wait(int timeoutMilliseconds);

    /// <returns>Frames read.</returns>
    int Read(Span<byte> buffer, int frames);

    /// <summary>How much sound waits in the device.</summary>
    int Delay(out nint frames);

    /// <summary>After an overrun, or a sleep that cannot be resumed from; it has to be started again.</summary>
    int Prepare();

    /// <summary>After a sleep. -EAGAIN: it sleeps still.</summary>
    int Resume();
}
