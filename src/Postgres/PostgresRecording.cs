using System.Runtime.InteropServices;
using NAudio.Wave;
using Speaker.Audio;

namespace Speaker.Postgres;

/// <summary>A kept recording as it is listened to: part by part from the server, without a copy on this
/// machine.</summary>
/// <param name="connections">To the server.</param>
/// <param name="utterance">Whose it is. Where it is removed meanwhile, the sound ends early, and the move to another
/// model is refused.</param>
internal sealed class PostgresRecording(PostgresConnections connections, long utterance) : ISampleProvider
{
    private static readonly WaveFormat Mono16 = WaveFormat.CreateIeeeFloatWaveFormat(AudioFile.SampleRate, 1);

    private ReadOnlyMemory<byte> _rest;
    private int _parts;

    public WaveFormat WaveFormat => Mono16;

    /// <exception cref="StoreException">The server cannot be reached, or the recording is damaged.</exception>
    public int Read(Span<float> buffer)
    {
        if (_rest.IsEmpty)
        {
            // Who listens does that on a thread of its own, and a provider of samples cannot be awaited.
            _rest = connections.ReadAsync(
                transaction => PostgresRecordings.ReadAsync(transaction, utterance, _parts, CancellationToken.None),
                CancellationToken.None).GetAwaiter().GetResult();
            _parts++;
        }

        var samples = MemoryMarshal.Cast<byte, float>(_rest.Span);
        var count = Math.Min(samples.Length, buffer.Length);
        samples[..count].CopyTo(buffer);
        _rest = _rest[(count * sizeof(float))..];
        return count;
    }
}
