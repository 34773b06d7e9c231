using System.Runtime.CompilerServices;
using Speaker.Audio;
using Speaker.Audio.Files.Opening;
using Speaker.Host.Http;

namespace Speaker.Host.Live;

/// <summary>Raw samples that come by the standard input: 16-bit, little-endian, one channel.</summary>
/// <param name="rate">Samples a second.</param>
/// <param name="isLive">Whether they come as they are spoken.</param>
/// <param name="time">The clock of that.</param>
internal sealed class PipeSource(int rate, bool isLive, TimeProvider time) : ISoundSource
{
    public string? File => "-";

    public string Name => "standard input";

    public bool IsLive => isLive;

    public double? LatencySeconds => null;

    public async IAsyncEnumerable<float[]> ReadAsync(
        Action<string> notice, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!Console.IsInputRedirected)
        {
            throw new AudioException(
                "standard input: is a terminal; pipe raw samples to it, 16-bit, little-endian, one channel.");
        }

        // Closed with the process: a read that waits for a pipe cannot be stopped.
        var samples = AudioFileSource.Resampled(new PcmSampleProvider(
            InheritedPipe.OpenStandardInput(), new PcmFormat(rate, Channels: 1, IsBigEndian: false)));
        await foreach (var block in SampleBlocks.ReadAsync(samples, isLive ? time : null, cancellationToken))
        {
            yield return block;
        }
    }
}
