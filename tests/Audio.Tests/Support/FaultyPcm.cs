using Speaker.Audio.Capture.Alsa;

namespace Speaker.Audio.Tests.Support;

/// <summary>
/// A real PCM of ALSA that says what a device says when something is wrong with it, at the reads and the resumes that a
/// test names.
/// </summary>
/// <param name="pcm">The PCM.</param>
/// <param name="reads">The errors of the next reads, 0 for none; then none.</param>
/// <param name="resumes">The answers to the next resumes; then 0.</param>
internal sealed class FaultyPcm(ICapturePcm pcm, int[] reads, int[]? resumes = null) : ICapturePcm
{
    public const int Overrun = -32;
    public const int Suspended = -86;
    public const int TryAgain = -11;
    public const int NotImplemented = -38;
    public const int Gone = -19;

    private readonly Queue<int> _reads = new(reads);
    private readonly Queue<int> _resumes = new(resumes ?? []);

    /// <summary>What was called after the first fault, but for waits and reads.</summary>
    public List<string> Calls { get; } = [];

    public bool IsClosed { get; private set; }

    public int Start() => Called(nameof(Start), pcm.Start);

    public int Wait(int timeoutMilliseconds) => pcm.Wait(timeoutMilliseconds);

    public int Read(Span<byte> buffer, int frames) =>
        _reads.TryDequeue(out var error) && error != 0 ? error : pcm.Read(buffer, frames);

    public int Delay(out nint frames) => pcm.Delay(out frames);

    public int Prepare() => Called(nameof(Prepare), pcm.Prepare);

    public int Resume()
    {
        Calls.Add(nameof(Resume));
        return _resumes.TryDequeue(out var answer) ? answer : 0;
    }

    public void Dispose()
    {
        IsClosed = true;
        pcm.Dispose();
    }

    private int Called(string name, Func<int> call)
    {
        Calls.Add(name);
        return call();
    }
}
