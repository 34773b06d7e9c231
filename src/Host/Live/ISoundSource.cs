namespace Speaker.Host.Live;

/// <summary>Where a verb listens: the microphone, a recording, or raw samples from the standard input.</summary>
internal interface ISoundSource
{
    /// <summary>As answers name it; null for the microphone.</summary>
    string? File { get; }

    /// <summary>What recordings of it are called.</summary>
    string Name { get; }

    /// <summary>Whether the sound comes in its own time: who does not keep up with it is late. Otherwise it waits.</summary>
    bool IsLive { get; }

    /// <summary>From the sound to the block that brings it, at most, in seconds; null where nobody knows.</summary>
    double? LatencySeconds { get; }

    /// <summary>Blocks of a tenth of a second, the last one shorter: 16 kHz mono, full scale 1.</summary>
    /// <param name="notice">Told, from any thread, of what happens to the device without ending the listening.</param>
    /// <param name="cancellationToken">Ends the listening.</param>
    /// <exception cref="Audio.AudioException">There is no such device or file, or it fails.</exception>
    /// <exception cref="OperationCanceledException">The token says so.</exception>
    IAsyncEnumerable<float[]> ReadAsync(Action<string> notice, CancellationToken cancellationToken);
}
