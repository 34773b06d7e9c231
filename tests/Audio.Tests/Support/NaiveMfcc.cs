using Speaker.Audio.Features;

namespace Speaker.Audio.Tests.Support;

/// <summary>The definition, in double precision, with no transform faster than the sum it is.</summary>
internal static class NaiveMfcc
{
    public static double[] Frame(FrontEndSpecification specification, float[] samples, int frame)
    {
        var start = frame * specification.HopLength;
        var mean = specification.KaldiFrames
            ? samples.Skip(start).Take(specification.FrameLength).Average(sample => (double)sample)
            : 0;
        var windowed = new double[specification.FrameLength];
        for (var i = 0; i < windowed.Length; i++)
        {
            var at = start + i;
            var before = specification.KaldiFrames && i == 0 ? samples[at] : at > 0 ? samples[at - 1] : 0;
            windowed[i] = (samples[at] - mean - (specification.PreEmphasis * (before - mean))) * Window(specification, i);
        }

        var bins = (specification.FftSize / 2) + 1;
        var power = new double[bins];
        for (var bin = 0; bin < bins; bin++)
        {
            double real = 0;
            double imaginary = 0;
            for (var i = 0; i < windowed.Length; i++)
            {
                var angle = 2 * Math.PI * bin * i / specification.FftSize;
                real += windowed[i] * Math.Cos(angle);
                imaginary -= windowed[i] * Math.Sin(angle);
            }

            power[bin] = (real * real) + (imaginary * imaginary);
        }

        return Cepstra(specification, LogBands(specification, power));
    }

    private static double[] LogBands(FrontEndSpecification specification, double[] power)
    {
        var low = Mel(specification.LowFrequency);
        var step = (Mel(specification.HighFrequency) - low) / (specification.MelBands + 1);
        var bands = new double[specification.MelBands];
        for (var band = 0; band < bands.Length; band++)
        {
            var centre = low + ((band + 1) * step);
            for (var bin = 0; bin < power.Length; bin++)
            {
                var mel = Mel((double)bin * specification.SampleRate / specification.FftSize);
                bands[band] += power[bin] * Math.Max(0, 1 - (Math.Abs(mel - centre) / step));
            }

            bands[band] = Math.Log(Math.Max(bands[band], specification.LogFloor));
        }

        return bands;
    }

    private static double[] Cepstra(FrontEndSpecification specification, double[] bands)
    {
        var cepstra = new double[specification.Cepstra];
        for (var k = 0; k < cepstra.Length; k++)
        {
            for (var band = 0; band < bands.Length; band++)
            {
                cepstra[k] += bands[band] * Math.Cos(Math.PI * k * (band + 0.5) / bands.Length);
            }

            cepstra[k] *= Math.Sqrt((k == 0 ? 1.0 : 2.0) / bands.Length);
            if (specification.LifterSize > 0)
            {
                cepstra[k] *= 1 + (specification.LifterSize / 2.0 * Math.Sin(Math.PI * k / specification.LifterSize));
            }
        }

        return cepstra;
    }

    private static double Window(FrontEndSpecification specification, int i)
    {
        var turn = 2 * Math.PI * i / (specification.FrameLength - 1);
        return specification.Window switch
        {
            "hamming" => 0.54 - (0.46 * Math.Cos(turn)),
            "hann" => 0.5 - (0.5 * Math.Cos(turn)),
            "povey" => Math.Pow(0.5 - (0.5 * Math.Cos(turn)), 0.85),
            "blackman" => 0.42 - (0.5 * Math.Cos(turn)) + (0.08 * Math.Cos(2 * turn)),
            _ => 1,
        };
    }

    private static double Mel(double frequency) => 2595 * Math.Log10(1 + (frequency / 700));
}
