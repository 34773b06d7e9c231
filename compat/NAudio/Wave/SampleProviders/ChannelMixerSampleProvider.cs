namespace NAudio.Wave.SampleProviders;

/// <summary>
/// Mixes the channels of a source by a matrix with a row for each input channel and a column for each output channel.
/// </summary>
public class ChannelMixerSampleProvider : ISampleProvider
{
    private readonly ISampleProvider source;
    private readonly float[,] matrix;
    private float[] input = [];

    /// <exception cref="ArgumentException">Rows are not the source's channels, or there is no column.</exception>
    public ChannelMixerSampleProvider(ISampleProvider source, float[,] matrix)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(matrix);
        if (matrix.GetLength(0) != source.WaveFormat.Channels || matrix.GetLength(1) == 0)
        {
            throw new ArgumentException(
                $"A matrix of {matrix.GetLength(0)} x {matrix.GetLength(1)} cannot mix a source of "
                + $"{source.WaveFormat.Channels} channels; it needs as many rows and at least one column.",
                nameof(matrix));
        }

        this.source = source;
        this.matrix = (float[,])matrix.Clone();
        WaveFormat = WaveFormat.CreateIeeeFloatWaveFormat(source.WaveFormat.SampleRate, matrix.GetLength(1));
    }

    public WaveFormat WaveFormat { get; }

    public int Read(Span<float> buffer)
    {
        var inputs = matrix.GetLength(0);
        var outputs = matrix.GetLength(1);
        var wanted = buffer.Length / outputs * inputs;
        if (input.Length < wanted)
        {
            input = new float[wanted];
        }

        var frames = source.Read(input.AsSpan(0, wanted)) / inputs;
        for (var frame = 0; frame < frames; frame++)
        {
            var from = input.AsSpan(frame * inputs, inputs);
            for (var channel = 0; channel < outputs; channel++)
            {
                var sum = 0f;
                for (var i = 0; i < from.Length; i++)
                {
                    sum += from[i] * matrix[i, channel];
                }

                buffer[(frame * outputs) + channel] = sum;
            }
        }

        return frames * outputs;
    }
}
