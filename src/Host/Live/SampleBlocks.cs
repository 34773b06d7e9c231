using System.Runtime.CompilerServices;
using NAudio.Wave;
using Speaker.Audio;

namespace Speaker.Host.Live;

/// <summary>A source of samples as a microphone gives them: block by block.</summary>
internal static class SampleBlocks
{
    private const int Length = AudioFile.SampleRate / 10;

    /// <summary>Reads to the end of the source, on the thread pool.</summary>
    /// <param name="samples">16 kHz mono.</param>
    /// <param name="time">The clock by which a block comes when it has been spoken, and no earlier; null: at once.</param>
    /// <param name="cancellationToken">Ends it, also where the source waits for something that may never come.</param>
    /// <exception cref="OperationCanceledException">The token says so.</exception>
    public static async IAsyncEnumerable<float[]> ReadAsync(
        ISampleProvider samples, TimeProvider? time, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var start = time?.GetTimestamp() ?? 0;
        long given = 0;
        while (true)
        {
            var block = await Task.Run(() => Fill(samples), cancellationToken).WaitAsync(cancellationToken);
            if (block.Length == 0)
            {
                yield break;
            }

            given += block.Length;
            if (time is not null)
            {
                var early = TimeSpan.FromSeconds((double)given / AudioFile.SampleRate) - time.GetElapsedTime(start);
                if (early > TimeSpan.Zero)
                {
                    await Task.Delay(early, time, cancellationToken);
                }
            }

            yield return block;
        }
    }

    private static float[] Fill(ISampleProvider samples)
    {
        var block = new float[Length];
        var filled = 0;
        for (int read; filled < Length && (read = samples.Read(block.AsSpan(filled))) > 0;)
        {
            filled += read;
        }

        return filled == Length ? block : block[..filled];
    }
}
